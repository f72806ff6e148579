package io.inmesh.cli.scan;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a library says which version it is. */
final class LibraryVersions {
  private static final Pattern IN_FILE_NAME =
      Pattern.compile("-(\\d+(?:\\.\\d+)*(?:[.-][A-Za-z0-9]+)*)\\.jar$");
  private static final Pattern OKHTTP_AGENT = Pattern.compile("^okhttp/(\\d[\\w.-]*)$");

  private LibraryVersions() {}

  /** From {@code okhttp-4.12.0.jar}. */
  static Optional<String> ofFileName(String file) {
    return first(IN_FILE_NAME, file);
  }

  /** From the user agent that OkHttp's classes hold, which survives shading. */
  static Optional<String> ofOkHttp(ClassFile file) {
    return file.texts().stream()
        .map(text -> first(OKHTTP_AGENT, text))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
