package io.inmesh.cli.scan;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * The constant pool of a class, as far as a scan needs it (JVM specification 4.4).
 *
 * @param majorVersion of the class file, 61 for Java 17
 * @param texts every UTF-8 constant
 * @param references internal names of the classes that it mentions
 */
record ClassFile(int majorVersion, Set<String> texts, Set<String> references) {
  private static final int MAGIC = 0xCAFEBABE;

  /**
   * Reads a class file.
   *
   * @throws IOException if it is none
   */
  static ClassFile read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readInt() != MAGIC) {
      throw new IOException("not a class file");
    }
    in.readUnsignedShort();
    int major = in.readUnsignedShort();
    int count = in.readUnsignedShort();
    String[] text = new String[count];
    int[] className = new int[count];
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> text[i] = in.readUTF();
        case 7 -> className[i] = in.readUnsignedShort();
        case 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          // A long or a double takes two places.
          i++;
        }
        default -> throw new IOException("constant of unknown kind " + tag);
      }
    }
    Set<String> texts = new HashSet<>();
    Set<String> references = new HashSet<>();
    for (int i = 1; i < count; i++) {
      if (text[i] != null) {
        texts.add(text[i]);
      }
      String name = className[i] > 0 && className[i] < count ? text[className[i]] : null;
      if (name != null) {
        references.add(name);
      }
    }
    return new ClassFile(major, texts, references);
  }

  /** The Java release that can load it. */
  int java() {
    return majorVersion - 44;
  }
}
