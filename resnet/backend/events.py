"""Numbers written as TensorBoard reads them."""

from collections.abc import Iterable


def write_events(folder: str, points: Iterable[tuple[int, str, float]]) -> None:
    """Write numbers (step, name, value) as a folder of TensorBoard's; needs TensorFlow."""
    import tensorflow as tf

    # As tf.summary.scalar, which needs TensorBoard itself.
    scalar = tf.compat.v1.SummaryMetadata(data_class=1)
    scalar.plugin_data.plugin_name = "scalars"
    writer = tf.summary.create_file_writer(folder)
    with writer.as_default():
        for step, name, value in points:
            number = tf.constant(value, tf.float32)
            tf.summary.write(name, number, step=step, metadata=scalar)
    writer.close()
