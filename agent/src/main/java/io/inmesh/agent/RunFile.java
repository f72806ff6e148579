package io.inmesh.agent;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Tells {@code inmesh ps} that this process is here: {@code TMPDIR/inmesh-USER/PID.properties},
 * removed at exit. A process that was killed leaves its file; readers ignore a file whose process
 * is gone.
 */
final class RunFile {
  private final File file;

  private RunFile(File file) {
    this.file = file;
  }

  /** Writes the file. Failure is reported by the exception and harms nothing else. */
  static RunFile write(long pid, Map<String, String> content) throws IOException {
    File folder =
        new File(System.getProperty("java.io.tmpdir"), "inmesh-" + System.getProperty("user.name"));
    if (!folder.isDirectory() && !folder.mkdirs()) {
      throw new IOException("cannot create " + folder);
    }
    File file = new File(folder, pid + ".properties");
    try (FileOutputStream out = new FileOutputStream(file)) {
      out.write(text(content).getBytes(StandardCharsets.US_ASCII));
    }
    return new RunFile(file);
  }

  /**
   * What {@link java.util.Properties#load} reads as {@code content}. Its {@code store} adds a date,
   * whose time zones and locales an app would pay for at its start.
   */
  static String text(Map<String, String> content) {
    StringBuilder out = new StringBuilder();
    for (Map.Entry<String, String> entry : content.entrySet()) {
      out.append(entry.getKey()).append('=');
      String value = entry.getValue();
      for (int i = 0; i < value.length(); i++) {
        append(value.charAt(i), out);
      }
      out.append('\n');
    }
    return out.toString();
  }

  private static void append(char c, StringBuilder out) {
    if (c == '\\') {
      out.append("\\\\");
    } else if (c > ' ' && c <= '~') {
      out.append(c);
    } else {
      // A space at the start of a value and a line end would be lost as they are.
      out.append("\\u");
      for (int shift = 12; shift >= 0; shift -= 4) {
        out.append(Character.forDigit(c >> shift & 15, 16));
      }
    }
  }

  /** Removes the file. */
  void delete() {
    // Nothing to do about a file that somebody else removed.
    boolean unused = file.delete();
  }
}
