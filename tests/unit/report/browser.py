# A headless Chromium that is controlled through a pipe (DevTools protocol), with nothing but the standard library.
import json
import os
import shutil
import subprocess
import tempfile
import time


def chromium():
    """The program of a packaged Chromium, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    return None


class Browser:
    """One page. Keeps what the page logs, throws and requests."""

    def __init__(self, width=1400, height=1000, dark=False):
        self.folder = tempfile.mkdtemp()
        ours, theirs = os.pipe()
        back, answers = os.pipe()

        def give_ends():
            # the protocol's ends must be 3 and 4: out of the way first, as either may be one of these now
            high_in, high_out = os.dup(ours) , os.dup(answers)
            while high_in < 5:
                high_in = os.dup(ours)
            while high_out < 5:
                high_out = os.dup(answers)
            os.dup2(high_in, 3)
            os.dup2(high_out, 4)

        self.process = subprocess.Popen(
            [chromium(), "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
             "--disable-background-networking", "--user-data-dir=" + self.folder, "about:blank"],
            preexec_fn=give_ends, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(ours)
        os.close(answers)
        self.to, self.back, self.buffer = theirs, back, b""
        self.number, self.answers, self.events, self.session = 0, {}, [], None
        target = [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"][0]["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Performance"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def read(self, until):
        while b"\0" not in self.buffer:
            if time.time() > until:
                raise TimeoutError("Chromium does not answer")
            piece = os.read(self.back, 1 << 16)
            if not piece:
                raise RuntimeError("Chromium ended")
            self.buffer += piece
        one, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(one)
        if "id" in message:
            self.answers[message["id"]] = message
        else:
            self.events.append(message)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        until = time.time() + 120
        while self.number not in self.answers:
            self.read(until)
        answer = self.answers.pop(self.number)
        if "error" in answer:
            raise RuntimeError(method + ": " + answer["error"]["message"])
        return answer["result"]

    def run(self, script):
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(script + ": " + json.dumps(result["exceptionDetails"])[:400])
        return result["result"].get("value")

    def open(self, path, ready="document.documentElement.hasAttribute('data-ready')"):
        """Opens a file and waits until all of it is drawn; gives the seconds until its load event."""
        self.events.clear()
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        until = time.time() + 60
        while not self.run("document.readyState === 'complete' && (" + ready + ")"):
            if time.time() > until:
                raise TimeoutError(path + " is not drawn; " + "; ".join(self.complaints()))
            time.sleep(0.05)
        return self.run("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000

    def complaints(self):
        """What the page logged as a warning or an error, and what it threw."""
        out = []
        for e in self.events:
            if e["method"] == "Runtime.exceptionThrown":
                out.append(json.dumps(e["params"]["exceptionDetails"])[:400])
            if e["method"] == "Log.entryAdded" and e["params"]["entry"]["level"] in ("warning", "error"):
                out.append(e["params"]["entry"]["text"])
            if e["method"] == "Runtime.consoleAPICalled" and e["params"]["type"] in ("warning", "error", "assert"):
                out.append(json.dumps(e["params"]["args"])[:400])
        return out

    def requests(self):
        """What the page asked for beside itself."""
        urls = [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return [u for u in urls if not u.startswith(("data:", "blob:"))][1:]

    def screenshot(self, path, whole=False):
        import base64
        png = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as out:
            out.write(base64.b64decode(png["data"]))

    def key(self, name, code, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code, text=text if kind == "keyDown" else "")

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(20)
        except Exception:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
