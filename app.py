"""ResNet Lab. Start it with `streamlit run app.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from pages.components import answers, downloads, operations, pace, trouble
from pages.components.headers import SecurityHeaders, allowed_hosts
from pages.components.uploads import UploadRoom
from pages.components.visitors import VisitorCookies, sign_in_offered, teachers_link
from resnet import logs


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Begin the log, and tell the teacher, in the console alone, how to become one."""
    logs.begin("app")
    pace.take_short_turns()
    pace.read_options_freely()
    if not sign_in_offered():
        link = teachers_link()
        print(f"  Teacher's link, which may control every run:\n\n  {link}\n", flush=True)
    yield


answers.keep()
downloads.keep()
# The script lies in pages/, not here: beside a folder named pages/ Streamlit would take its files
# for pages of the old kind and run a linked one without the lab's navigation.
app = st.App(
    "pages/lab.py",
    lifespan=lifespan,
    middleware=[
        *allowed_hosts(),
        Middleware(SecurityHeaders),
        Middleware(VisitorCookies),
        Middleware(pace.OpenPages),
        Middleware(UploadRoom),
    ],
    routes=operations.routes,
    on_script_error=trouble.unforeseen,
)
