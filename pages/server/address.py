"""Where a class finds this server: its address on the network, also as a QR code to scan."""

import socket
from urllib.parse import urlsplit

import numpy as np
import segno
import streamlit as st

LOOPBACK = ("localhost", "127.0.0.1", "::1")
ANY = (None, "", "0.0.0.0", "::")
# Reserved for documentation (RFC 5737): asked only by which of its own addresses it is reached.
SOMEWHERE = ("192.0.2.1", 9)


def class_address() -> str | None:
    """Return the address with which others reach the lab, such as http://192.168.1.5:8501.

    The one in this browser, if it is not the machine's name for itself; else the one that
    Streamlit's `browser.serverAddress` names, else the machine's own. None where the server
    listens to this machine alone, or the machine has no network.
    """
    here = urlsplit(st.context.url or "")
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    path = f"/{base}" if base else ""
    if here.hostname and here.hostname not in LOOPBACK:
        return f"{here.scheme}://{here.netloc}{path}"
    named, bound = st.get_option("browser.serverAddress"), st.get_option("server.address")
    host = named if named not in LOOPBACK else _own_address() if bound in ANY else bound
    if not host or host in LOOPBACK:
        return None
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}:{st.get_option('server.port')}{path}"


def _own_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(SOMEWHERE)  # sends nothing
        except OSError:
            return None
        return str(asking.getsockname()[0])


def qr_code(link: str, scale: int = 8) -> np.ndarray:
    """Return a link as a QR code (N, N) uint8, dark on white with its quiet zone."""
    modules = segno.make(link, micro=False).matrix_iter(scale=scale, border=4)
    return np.array([[0 if dark else 255 for dark in row] for row in modules], np.uint8)
