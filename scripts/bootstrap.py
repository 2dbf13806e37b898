"""Set everything up, then run it: `bootstrap.py run [COMMAND ARGS…]` or `bootstrap.py test [PYTEST ARGS…]`.

Standard library only. Must be readable by Python 3.6: an old `python3` then looks for a newer one and goes on there.
Steps: virtual environment, the packages of the lock with their hashes, the text layout library for PDF, the program.
Each step is skipped when already done; EMR_NO_APT=1 keeps it from installing system packages even as root.
"""
import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14", "python3")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCKS = {"run": "requirements.lock", "test": "requirements-dev.lock"}  # the second holds all of the first
FOR_VENV = ["python3-venv"]
FOR_PDF = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
PDF_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")


def main():
    what, arguments = sys.argv[1], sys.argv[2:]
    go_on_with_newer_python()
    prepare_environment(what)
    prepare_pdf()
    if os.environ.get("EMR_DATA_DIR"):
        os.environ["EMR_DATA_DIR"] = os.path.abspath(os.environ["EMR_DATA_DIR"])
    if what == "test":
        os.chdir(ROOT)
        command = ["-m", "pytest", *arguments]
    else:  # stay where the caller is: the files that commands are given may be named from there
        command = [os.path.join(ROOT, "manage.py"), *(arguments or ["serve"])]
    os.execv(PYTHON, [PYTHON, *command])


def go_on_with_newer_python():
    """Start again with a Python of the oldest version allowed or newer, when this one is older."""
    if sys.version_info[:2] >= OLDEST:
        return
    for name in NEWER_PYTHONS:
        path = shutil.which(name)
        if path and succeeds([path, "-c", f"import sys; sys.exit(sys.version_info[:2] < {OLDEST})"]):
            os.execv(path, [path, *sys.argv])
    stop(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; python3 here is {sys.version.split()[0]}.")


def prepare_environment(what):
    """A virtual environment with exactly the packages of the lock; quick when nothing has changed."""
    with open(os.path.join(ROOT, LOCKS[what]), "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once: the second finds the work done
        wanted = {LOCKS[what]: digest(LOCKS[what])}
        if what == "run":
            wanted[LOCKS["test"]] = digest(LOCKS["test"])
        if os.path.exists(PYTHON) and any(read(stamp_of(name)) == key for name, key in wanted.items()):
            return
        began = time.time()
        if not (os.path.exists(PYTHON) and succeeds([PYTHON, "-c", same_version()])):
            make_environment()
        say(f"installing the Python packages of {LOCKS[what]}")
        install(LOCKS[what])
        with open(stamp_of(LOCKS[what]), "w") as stamp:
            stamp.write(digest(LOCKS[what]))
        say(f"packages ready in {time.time() - began:.0f} s")


def make_environment():
    """Make .venv anew, with whatever this machine offers for it."""
    if not os.access(ROOT, os.W_OK):
        stop(f"{ROOT} cannot be written by this account, and .venv must be made in it.")
    make = [sys.executable, "-m", "venv", "--clear", VENV]
    # Debian's python3 comes without ensurepip: venv then fails until python3-venv is installed.
    if succeeds(make) or (apt_install(FOR_VENV, "to make a virtual environment") and succeeds(make)):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if succeeds([sys.executable, "-m", "pip", "--version"]) and succeeds([*make, "--without-pip"]):
        return
    uv = shutil.which("uv")
    if uv and succeeds([uv, "venv", "--seed", "-p", sys.executable, VENV]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    stop("This Python cannot make a virtual environment. As root: apt-get install python3-venv; then run this again.")


def install(lock):
    """Install the packages of one lock; every file must have the hash written there."""
    pip = [PYTHON, "-m", "pip"]
    if not succeeds([*pip, "--version"]):
        pip = [sys.executable, "-m", "pip", "--python", PYTHON]
    options = ["-q", "--disable-pip-version-check", "--no-input", "--require-hashes", "--only-binary", ":all:"]
    if subprocess.call([*pip, "install", *options, "-r", os.path.join(ROOT, lock)]):
        stop("The packages could not be installed; pip says why above. See 'Installing' in docs/operations.md.")


def prepare_pdf():
    """Install the text layout library where that can be done without asking; else say what is off and go on."""
    if pdf_works() or (apt_install(FOR_PDF, "text layout for PDF documents") and pdf_works()):
        return
    say("PDF output is off: the Pango library is missing. As root: apt-get install "
        f"{' '.join(FOR_PDF)} (macOS: brew install pango). Everything else works.")


def pdf_works():
    if not sys.platform.startswith("linux"):
        return succeeds([PYTHON, "-c", "import weasyprint"])
    try:
        for name in PDF_LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def apt_install(packages, why):
    """True if root could install these Debian packages."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or os.environ.get("EMR_NO_APT"):
        return False
    say(f"installing {' '.join(packages)} ({why})")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    return succeeds(command) or (succeeds(["apt-get", "update", "-q"]) and succeeds(command))


def same_version():
    return f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"


def stamp_of(lock):
    return os.path.join(VENV, "." + lock + ".stamp")


def digest(lock):
    with open(os.path.join(ROOT, lock), "rb") as file:
        return hashlib.sha256(file.read() + sys.version.split()[0].encode()).hexdigest()


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


def succeeds(command):
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.call(command, **quiet) == 0


def say(sentence):
    print("[setup] " + sentence, file=sys.stderr, flush=True)


def stop(sentence):
    sys.exit("[setup] " + sentence)


if __name__ == "__main__":
    main()
