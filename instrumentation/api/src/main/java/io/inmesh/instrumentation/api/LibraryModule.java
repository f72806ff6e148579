package io.inmesh.instrumentation.api;

import java.util.List;
import java.util.Set;

/**
 * The declaration of one library module: the single place that says which library it covers, where
 * it hooks and what it can do. Implementations have a public constructor without arguments and are
 * listed in {@code META-INF/services}; they are loaded by the agent's loader and must not name a
 * class of the library. The advice and its helpers stand in the same package and are loaded once
 * for each loader that holds the library.
 */
public interface LibraryModule {
  /** Short name as in {@code modules=-NAME}: {@code okhttp}. */
  String name();

  /** What people call the library. */
  String library();

  /** The versions that the contract has been run with. */
  VersionRange proven();

  /** What this module can do. */
  Set<Capability> capabilities();

  /** Where it hooks. */
  List<Hook> hooks();

  /**
   * Whether its hooks are in place only once the first configuration is in force: they are in
   * classes that the JVM has loaded long before, whose weaving no start should wait for.
   */
  default boolean isWovenLate() {
    return false;
  }

  /** Where the library tells its version. */
  VersionSource versionSource();

  /** The class without which the library is not there at all, so that nothing is said about it. */
  default String marker() {
    return hooks().get(0).type();
  }

  /**
   * Packages beside the hooked ones through which the library itself asks the JDK for connections,
   * with slashes and one at the end: {@code io/netty/util/internal/}.
   */
  default List<String> helpers() {
    return List.of();
  }

  /**
   * The shaded copies that are covered beside the original, with the same advice. A module that has
   * any hooks relocated types alone.
   */
  default List<Relocation> relocations() {
    return List.of();
  }
}
