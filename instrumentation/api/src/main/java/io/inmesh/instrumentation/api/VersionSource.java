package io.inmesh.instrumentation.api;

import java.util.List;

/** Where a library says which version it is, readable without loading a class of it. */
public sealed interface VersionSource {
  /** The library is part of the JDK. */
  record Jdk() implements VersionSource {}

  /** A value of a properties file in the library's jar. */
  record Properties(String path, String key) implements VersionSource {
    /** Its value {@code version}. */
    public Properties(String path) {
      this(path, "version");
    }
  }

  /**
   * A string constant of a class.
   *
   * @param types internal names, tried in order
   * @param prefix what stands before the version in the constant: {@code okhttp/}
   */
  record Constant(List<String> types, String prefix) implements VersionSource {
    public Constant {
      types = List.copyOf(types);
    }
  }
}
