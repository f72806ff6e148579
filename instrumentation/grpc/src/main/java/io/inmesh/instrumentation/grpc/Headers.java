package io.inmesh.instrumentation.grpc;

import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the library's headers by their names; binary ones as they are on the wire. Keeps
 * the keys of names, which the library checks letter by letter. Thread-safe.
 */
final class Headers {
  private static final int KEPT = 1000;

  private final Map<String, Metadata.Key<String>> texts = new ConcurrentHashMap<>();
  private final Map<String, Metadata.Key<byte[]>> binaries = new ConcurrentHashMap<>();

  /** The values of a header joined with a comma, or null where it is absent. */
  @Nullable String joined(Metadata metadata, String name) {
    if (isPseudo(name)) {
      return null;
    }
    if (isBinary(name)) {
      List<String> lines = binaryLines(metadata, name);
      return lines.isEmpty() ? null : String.join(",", lines);
    }
    Iterable<String> values = metadata.getAll(text(name));
    if (values == null) {
      return null;
    }
    String found = null;
    for (String value : values) {
      found = found == null ? value : found + "," + value;
    }
    return found;
  }

  /** The values of a header one by one. */
  List<String> lines(Metadata metadata, String name) {
    if (isPseudo(name)) {
      return List.of();
    }
    if (isBinary(name)) {
      return binaryLines(metadata, name);
    }
    List<String> lines = new ArrayList<>();
    Iterable<String> values = metadata.getAll(text(name));
    if (values != null) {
      values.forEach(lines::add);
    }
    return lines;
  }

  /** Adds a header line. */
  void add(Metadata metadata, String name, String value) {
    if (isBinary(name)) {
      metadata.put(binary(name), Base64.getDecoder().decode(value));
    } else {
      metadata.put(text(name), value);
    }
  }

  /** Removes every value of a header. */
  void remove(Metadata metadata, String name) {
    if (isBinary(name)) {
      metadata.discardAll(binary(name));
    } else if (!isPseudo(name)) {
      metadata.discardAll(text(name));
    }
  }

  private List<String> binaryLines(Metadata metadata, String name) {
    List<String> lines = new ArrayList<>();
    Iterable<byte[]> values = metadata.getAll(binary(name));
    if (values != null) {
      for (byte[] value : values) {
        lines.add(Base64.getEncoder().withoutPadding().encodeToString(value));
      }
    }
    return lines;
  }

  private Metadata.Key<String> text(String name) {
    Metadata.Key<String> key = texts.get(name);
    if (key == null) {
      key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
      if (texts.size() < KEPT) {
        texts.put(name, key);
      }
    }
    return key;
  }

  private Metadata.Key<byte[]> binary(String name) {
    Metadata.Key<byte[]> key = binaries.get(name);
    if (key == null) {
      key = Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
      if (binaries.size() < KEPT) {
        binaries.put(name, key);
      }
    }
    return key;
  }

  private static boolean isBinary(String name) {
    return name.endsWith(Metadata.BINARY_HEADER_SUFFIX);
  }

  private static boolean isPseudo(String name) {
    return name.startsWith(":");
  }
}
