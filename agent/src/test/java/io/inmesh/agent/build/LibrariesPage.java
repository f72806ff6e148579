package io.inmesh.agent.build;

import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.Relocation;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the modules declare, for people: {@code docs/libraries.md}. */
final class LibrariesPage {
  private static final String HEAD =
      """
      # Which libraries are covered

      Rendered from what the modules declare, by which the agent itself goes; `mvn verify -pl agent -am -Dlibraries=write` writes it anew.

      A library outside its proven versions is left alone, and `/coverage` says so. A setting `modules=-NAME` turns a module off. What no
      module sees to is watched by the guard: it closes or refuses what the mesh forbids.

      | module | library | proven versions | shaded copies | can |
      |---|---|---|---|---|
      """;

  private static final String CAPABILITIES =
      """

      ## What they can

      | word | a module that declares it |
      |---|---|
      """;

  private static final String UNCOVERED =
      """

      ## Known, and not covered yet

      `/coverage` names them where an app has loaded them:\
      """;

  private final List<LibraryModule> modules;

  LibrariesPage(List<LibraryModule> modules) {
    this.modules =
        modules.stream()
            .sorted(Comparator.comparing(LibrariesPage::isGuard).thenComparing(LibraryModule::name))
            .toList();
  }

  private static boolean isGuard(LibraryModule module) {
    return module.capabilities().contains(Capability.GUARD);
  }

  String text() {
    StringBuilder page = new StringBuilder(HEAD);
    modules.forEach(module -> row(page, module));
    page.append(CAPABILITIES);
    for (Capability capability : Capability.values()) {
      page.append("| ")
          .append(capability)
          .append(" | ")
          .append(capability.meaning())
          .append(" |\n");
    }
    page.append(UNCOVERED)
        .append(' ')
        .append(String.join(", ", new TreeSet<>(KnownLibraries.UNROUTED.values())))
        .append(".\n");
    return page.toString();
  }

  private static void row(StringBuilder page, LibraryModule module) {
    page.append("| `")
        .append(module.name())
        .append("` | ")
        .append(module.library())
        .append(" | ")
        .append(versions(module.proven(), module.versionSource()))
        .append(" | ")
        .append(
            module.relocations().stream()
                .map(Relocation::home)
                .map(home -> "`" + home + "`")
                .collect(Collectors.joining(", ")))
        .append(" | ")
        .append(
            module.capabilities().stream()
                .sorted()
                .map(Capability::name)
                .collect(Collectors.joining(", ")))
        .append(" |\n");
  }

  private static String versions(VersionRange proven, VersionSource source) {
    String jdk = source instanceof VersionSource.Jdk ? "JDK " : "";
    return jdk + proven.from() + " to before " + proven.before();
  }
}
