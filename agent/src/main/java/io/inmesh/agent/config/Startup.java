package io.inmesh.agent.config;

import java.time.Duration;

/** What a call does that comes before the first snapshot. */
public sealed interface Startup {
  /** Waits this long for the snapshot, then is refused. */
  record Wait(Duration limit) implements Startup {}

  /** Is refused at once. */
  record Fail() implements Startup {}

  /** Goes out as without a mesh. */
  record Passthrough() implements Startup {}

  /** Reads {@code wait}, {@code wait=DURATION}, {@code fail} or {@code passthrough}. */
  static Startup read(Setting setting) {
    String text = setting.value();
    if (text.equals("fail")) {
      return new Fail();
    }
    if (text.equals("passthrough")) {
      return new Passthrough();
    }
    if (text.equals("wait")) {
      return new Wait(Duration.ofSeconds(10));
    }
    if (text.startsWith("wait=")) {
      return new Wait(setting.durationAfter("wait="));
    }
    throw setting.refused("none of wait, wait=DURATION, fail, passthrough");
  }
}
