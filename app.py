"""ResNet Lab. Start it with `streamlit run app.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from pages.components import trouble
from pages.server import closed_pages, health, pace, streamlit_patches
from pages.server.headers import OwnPort, SecurityHeaders, allowed_hosts
from pages.server.uploads import UploadRoom
from pages.server.visitors import VisitorCookies, sign_in_offered, teachers_link
from resnet import logs
from resnet.machine import raise_open_files_limit


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Begin the log, and tell the teacher, in the console alone, how to become one."""
    logs.begin("app")
    raise_open_files_limit()
    pace.take_short_turns()
    streamlit_patches.apply(on_connect=closed_pages.opened)
    if not sign_in_offered():
        link = teachers_link()
        print(f"  Teacher's link, which may control every run:\n\n  {link}\n", flush=True)
    yield


# The script lies in pages/, not here: beside a folder named pages/ Streamlit would take its files
# for pages of the old kind and run a linked one without the lab's navigation.
app = st.App(
    "pages/lab.py",
    lifespan=lifespan,
    middleware=[
        *allowed_hosts(),
        Middleware(SecurityHeaders),
        Middleware(OwnPort),
        Middleware(VisitorCookies),
        Middleware(pace.OpenPages),
        Middleware(UploadRoom),
    ],
    routes=health.routes,
    on_script_error=trouble.report_unforeseen,
)
