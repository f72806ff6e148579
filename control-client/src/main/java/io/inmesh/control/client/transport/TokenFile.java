package io.inmesh.control.client.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
   * The token, empty where there is no file.
   *
   * @throws IOException naming the file where it cannot be read or is empty
   */
  Optional<String> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String token;
    try {
      token = Files.readString(file).strip();
    } catch (IOException e) {
      throw new IOException("token-file " + file + " cannot be read: " + e.getMessage(), e);
    }
    if (token.isEmpty()) {
      throw new IOException("token-file " + file + " is empty");
    }
    return Optional.of(token);
  }

  /** What is wrong with it, as far as it can be seen from here; the token itself is not told. */
  String describe(Instant now) {
    String name = "token-file " + file;
    try {
      Optional<String> token = read();
      return token.isEmpty() ? name + " does not exist" : name + claims(token.get(), now);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String claims(String token, Instant now) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
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
