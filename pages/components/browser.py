"""What Streamlit's client does not do by itself: close the menu, keep history, remember choices."""

import streamlit as st

# Once a page: it stays while Streamlit changes what is on it.
_BEHAVIOUR = """<script>
if (!window.resnetLab) {
  window.resnetLab = true
  // A phone's menu lies over the page: it closes after a choice, and is closed after a reload.
  const phone = matchMedia('(max-width: 768px)')
  const close = () => document.querySelector('[data-testid="stSidebar"][data-collapsed="false"] '
    + '[data-testid="stSidebarCollapseButton"] button')?.click()
  if (phone.matches) close()
  document.addEventListener('click', event => {
    if (phone.matches && event.target.closest('[data-testid="stSidebarNavLink"]')) setTimeout(close)
  })
  // A step of history is a screen: what changes on one changes its address, and adds no step.
  // Between the click that leaves a screen and the next screen, Streamlit's server empties the
  // address in several messages. Whoever comes back finds the one that stood there at the click.
  let clicked = location.href
  document.addEventListener('click', () => { clicked = location.href }, true)
  const push = history.pushState.bind(history)
  history.pushState = (state, title, address) => {
    const path = new URL(address, location.href).pathname
    if (path === location.pathname) return history.replaceState(state, title, address)
    if (new URL(clicked).pathname === location.pathname) {
      history.replaceState(history.state, '', clicked)
    }
    push(state, title, address)
  }
}
</script>"""
_COOKIE = "resnet_lab_{name}"
_REMEMBER = """<script>
document.cookie = '{cookie}={value}; path=/; max-age={seconds}; samesite=lax'
</script>"""
DAYS = 180


def behave() -> None:
    """Have the browser close the menu on a phone, and count screens alone as steps of history."""
    with st.sidebar:
        st.html(_BEHAVIOUR, unsafe_allow_javascript=True)


def remembered(name: str) -> str:
    """Return what this browser chose last, in any tab; "" where it has not."""
    return str(st.context.cookies.get(_COOKIE.format(name=name), ""))


def remember(name: str, value: str) -> None:
    """Keep a choice in this browser for other tabs; name and value are the lab's own words."""
    chosen = f"remembered {name}"
    if st.session_state.get(chosen, remembered(name)) != value:
        st.session_state[chosen] = value
        cookie = _COOKIE.format(name=name)
        with st.sidebar:
            st.html(
                _REMEMBER.format(cookie=cookie, value=value, seconds=DAYS * 86400),
                unsafe_allow_javascript=True,
            )
