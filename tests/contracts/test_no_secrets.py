"""Nothing that only its owner may know lies in the repository."""

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
NAMES = re.compile(
    r"(^|/)(secrets\.toml|\.env(\..+)?|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pypirc)$"
    r"|\.(pem|key|p12|pfx|jks|kdbx)$"
)
CONTENTS = {
    "a private key": re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "a GitHub token": re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,})"),
    "a GitLab token": re.compile(rb"\bglpat-[\w-]{20}"),
    "an AWS key": re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a Google key": re.compile(rb"\bAIza[\w-]{35}\b"),
    "a Slack token": re.compile(rb"\bxox[abprs]-[\w-]{10,}"),
    "a Hugging Face token": re.compile(rb"\bhf_[A-Za-z]{34}\b"),
    "a password in an address": re.compile(
        rb"\b[a-z+]{4,20}://[\w.-]+:(?!password|secret)[^@\s/{\"'<>]{8,}@"
    ),
}


def files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if (PROJECT / name).is_file()]


def test_no_file_is_one_that_holds_secrets():
    assert [name for name in files() if NAMES.search(name)] == []


@pytest.mark.parametrize("what", CONTENTS)
def test_no_file_has_a_secret_in_it(what):
    found = [name for name in files() if CONTENTS[what].search((PROJECT / name).read_bytes())]
    assert found == []


def test_what_is_looked_for_would_be_found():
    key = b"-----BEGIN " + b"RSA PRIVATE KEY-----"
    assert CONTENTS["a private key"].search(key)
    assert CONTENTS["an AWS key"].search(b"AKIA" + b"A" * 16)
    assert CONTENTS["a password in an address"].search(b"postgresql://lab:" + b"hunter2hunter2@db")
    for name in (".streamlit/secrets.toml", "tls/server.key", ".env", "a/id_rsa"):
        assert NAMES.search(name)
