package io.inmesh.agent;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The agent's own log: one line an event on standard error, never through a logging library, since
 * the app's own choice of one must not be decided by us. Thread-safe.
 */
public final class AgentLog {
  /** How much is said. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE;

    /** Reads a level's name in any case. */
    public static Level parse(String name) {
      for (Level level : values()) {
        if (level.name().equalsIgnoreCase(name.trim())) {
          return level;
        }
      }
      throw new IllegalArgumentException(
          "log level '" + name + "' is none of error, warn, info, debug, trace");
    }
  }

  private final PrintStream out;
  private volatile Level level;

  /** Writes to {@code out} what is at least as important as {@code level}. */
  public AgentLog(PrintStream out, Level level) {
    this.out = out;
    this.level = level;
  }

  /** Changes the level at once. */
  public void level(Level next) {
    level = next;
  }

  /** The level in force. */
  public Level level() {
    return level;
  }

  /** True if a line of this level would be written. */
  public boolean writes(Level wanted) {
    return wanted.compareTo(level) <= 0;
  }

  /** Something failed; the stack follows at level debug. */
  public void error(String message, @Nullable Throwable cause) {
    write(Level.ERROR, message, cause);
  }

  /** Something to look at. */
  public void warn(String message) {
    write(Level.WARN, message, null);
  }

  /** What an operator wants to know once. */
  public void info(String message) {
    write(Level.INFO, message, null);
  }

  /** What a developer wants to know. */
  public void debug(String message) {
    write(Level.DEBUG, message, null);
  }

  private void write(Level wanted, String message, @Nullable Throwable cause) {
    if (!writes(wanted)) {
      return;
    }
    String line =
        "inmesh "
            + wanted.name().toLowerCase(Locale.ROOT)
            + ": "
            + message
            + (cause == null ? "" : ": " + cause);
    synchronized (out) {
      out.println(line);
      if (cause != null && writes(Level.DEBUG)) {
        cause.printStackTrace(out);
      }
    }
  }
}
