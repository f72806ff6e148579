package io.inmesh.agent;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Properties;
import java.util.TreeMap;

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
  static RunFile write(long pid, TreeMap<String, String> content) throws IOException {
    File folder =
        new File(System.getProperty("java.io.tmpdir"), "inmesh-" + System.getProperty("user.name"));
    if (!folder.isDirectory() && !folder.mkdirs()) {
      throw new IOException("cannot create " + folder);
    }
    File file = new File(folder, pid + ".properties");
    Properties properties = new Properties();
    properties.putAll(content);
    try (FileOutputStream out = new FileOutputStream(file)) {
      properties.store(out, null);
    }
    return new RunFile(file);
  }

  /** Removes the file. */
  void delete() {
    // Nothing to do about a file that somebody else removed.
    boolean unused = file.delete();
  }
}
