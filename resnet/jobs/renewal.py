"""End a worker that rests too large: its nanny starts another one, which loads Keras anew."""

import asyncio

from distributed import Worker, get_worker

LOOK_SECONDS = 0.1


def renew_worker() -> None:
    """Have the worker that runs this task end once it is idle; nothing where there is none.

    What a traced training leaves below Keras (0.5 GiB of a ResNet-50) no collection gives back.
    """
    try:
        worker = get_worker()
    except ValueError:  # called outside a cluster
        return
    if worker.nanny:  # without one nobody would start another
        worker.loop.add_callback(_end_when_idle, worker)


async def _end_when_idle(worker: Worker) -> None:
    while worker.state.executing_count:
        await asyncio.sleep(LOOK_SECONDS)
    await worker.close_gracefully(restart=True, reason="it rests too large")
