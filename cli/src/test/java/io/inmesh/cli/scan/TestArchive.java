package io.inmesh.cli.scan;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Archives and class files, as small as a scan can read. */
final class TestArchive {
  static final int JAVA_17 = 61;
  static final int JAVA_8 = 52;

  private TestArchive() {}

  static byte[] zip(Map<String, byte[]> content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : content.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /** A class file as far as its constant pool, with one class constant for each name. */
  static byte[] classFile(int major, String... references) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = head(bytes, major, 2 * references.length + 1);
    for (int i = 0; i < references.length; i++) {
      out.writeByte(1);
      out.writeUTF(references[i]);
      out.writeByte(7);
      out.writeShort(2 * i + 1);
    }
    return bytes.toByteArray();
  }

  /** A class file with a text that is no class constant, behind a long that takes two places. */
  static byte[] classFileWithText(int major, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = head(bytes, major, 4);
    out.writeByte(5);
    out.writeLong(1);
    out.writeByte(1);
    out.writeUTF(text);
    return bytes.toByteArray();
  }

  private static DataOutputStream head(ByteArrayOutputStream bytes, int major, int constants)
      throws IOException {
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0xCAFEBABE);
    out.writeShort(0);
    out.writeShort(major);
    out.writeShort(constants);
    return out;
  }
}
