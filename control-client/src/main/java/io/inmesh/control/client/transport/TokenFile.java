package io.inmesh.control.client.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bearer token of the workload, in a file that is read at each use.
 *
 * @param file which need not be there
 */
record TokenFile(Path file) {
  private static final Pattern EXPIRES = Pattern.compile("\"exp\"\\s*:\\s*(\\d{1,12})\\b");
  private static final Pattern SUBJECT = Pattern.compile("\"sub\"\\s*:\\s*\"([^\"]{1,256})\"");

  /**
   * The token; empty where there is none that could be sent, of which {@link #describe} says why.
   */
  Optional<String> read() {
    try {
      return Optional.of(text()).filter(TokenFile::canBeSent);
    } catch (IOException e) {
      // Not the end of a call: a certificate may speak for the workload instead.
      return Optional.empty();
    }
  }

  private String text() throws IOException {
    return Files.readString(file).strip();
  }

  private static boolean canBeSent(String token) {
    return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  /** What is wrong with it, as far as it can be seen from here; the token itself is not told. */
  String describe(Instant now) {
    String name = "token-file " + file;
    try {
      String token = text();
      return name + (token.isEmpty() ? " is empty" : claims(token, now));
    } catch (NoSuchFileException e) {
      return name + " does not exist";
    } catch (IOException e) {
      return name + " cannot be read: " + e.getMessage();
    }
  }

  private static String claims(String token, Instant now) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || !canBeSent(token)) {
      return " holds no JWT";
    }
    String claims;
    try {
      claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return " holds no JWT";
    }
    StringBuilder out = new StringBuilder();
    Matcher subject = SUBJECT.matcher(claims);
    if (subject.find()) {
      out.append(" is that of ").append(subject.group(1));
    }
    Matcher expires = EXPIRES.matcher(claims);
    if (expires.find()) {
      Instant end = Instant.ofEpochSecond(Long.parseLong(expires.group(1)));
      if (!now.isBefore(end)) {
        out.append(out.length() == 0 ? "" : ",").append(" expired at ").append(end);
      }
    }
    return out.toString();
  }
}
