"""Makes the bell that comes with Mailbell, from nothing but sines; run it with any Python after a change."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "resources" / "sounds" / "mailbell.wav"
RATE = 22_050
"""Samples a second: the highest partial lies far below half of it."""
SECONDS = 1.2
LOUDNESS = 0.32
# Ratio to the strike tone, strength, and seconds in which it falls to a third: hum, prime, tierce, quint, nominal, and
# two above, as a small bell has them.
PARTIALS = (
    (0.5, 0.30, 0.55),
    (1.0, 1.00, 0.36),
    (1.183, 0.34, 0.28),
    (1.506, 0.22, 0.22),
    (2.0, 0.60, 0.24),
    (2.514, 0.14, 0.12),
    (3.011, 0.12, 0.09),
)
STRIKES = ((0.0, 880.0, 1.0), (0.16, 1174.66, 0.8))
"""Second, strike tone in hertz, strength: a fourth upwards."""
_ATTACK = 0.006
_FADE = 0.12


def bell(moment: float, tone: float) -> float:
    """The bell of that tone so many seconds after its strike."""
    if moment < 0:
        return 0.0
    attack = min(1.0, moment / _ATTACK)
    return attack * sum(
        strength * math.exp(-moment / decay) * math.sin(2 * math.pi * tone * ratio * moment)
        for ratio, strength, decay in PARTIALS
    )


def samples() -> list[int]:
    """The whole sound, 16 bits a sample, faded out at its end."""
    count = int(RATE * SECONDS)
    raw = []
    for number in range(count):
        moment = number / RATE
        sound = sum(strength * bell(moment - at, tone) for at, tone, strength in STRIKES)
        raw.append(sound * min(1.0, (SECONDS - moment) / _FADE))
    loudest = max(abs(value) for value in raw)
    return [round(value / loudest * LOUDNESS * 32_767) for value in raw]


def main() -> None:
    """Write it."""
    FILE.parent.mkdir(exist_ok=True)
    values = samples()
    with wave.open(str(FILE), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(values)}h", *values))


if __name__ == "__main__":
    main()
