"""Debian's Chromium, without a window: what it makes of a page."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
"""The program; None where there is none."""

_RESULT = re.compile(r'<pre id="result-of-script">(.*?)</pre>', re.DOTALL)


def evaluate(page: str, script: str, width: int, folder: Path) -> object:
    """Return what a script gives, as JSON, in a page that is `width` pixels wide; a promise is awaited.

    Raises:
        AssertionError: Chromium prints no result.
    """
    assert CHROMIUM is not None
    frame = folder / "frame.html"
    run = json.dumps(f"Promise.resolve().then(async () => {{ {script} }})").replace("</", "<\\/")
    frame.write_text(
        f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>frame</title>
<iframe id="frame" width="{width}" height="900" srcdoc="{html.escape(page)}"></iframe><script>
document.querySelector("iframe").addEventListener("load", async event => {{
  const window_ = event.target.contentWindow;
  const result = await window_.eval({run}).catch(error => ({{error: String(error)}}));
  const output = document.createElement("pre");
  output.id = "result-of-script";
  output.textContent = JSON.stringify(result);
  document.querySelector("iframe").remove();
  document.body.append(output);
}});
</script></html>""",
        "utf-8",
    )
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    arguments += ["--window-size=1400,1000", "--virtual-time-budget=60000", "--dump-dom", frame.as_uri()]
    done = subprocess.run([CHROMIUM, *arguments], capture_output=True, text=True, timeout=180, check=False)
    result = _RESULT.search(done.stdout)
    assert result is not None, done.stderr[-2000:]
    return json.loads(html.unescape(result[1]))
