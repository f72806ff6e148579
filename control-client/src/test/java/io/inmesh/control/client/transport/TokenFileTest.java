package io.inmesh.control.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told of a token that was refused. */
class TokenFileTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Path file;
  private final TokenFile token;

  TokenFileTest(@TempDir Path folder) {
    file = folder.resolve("istio-token");
    token = new TokenFile(file);
  }

  private String described(String content) throws Exception {
    Files.writeString(file, content);
    return token.describe(NOW);
  }

  private static String jwt(String claims) {
    String body =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    return "eyJhbGciOiJSUzI1NiJ9." + body + ".c2lnbmVk";
  }

  @Test
  void itsFileIsNamedAndWhatIsWrongWithIt() throws Exception {
    String name = "token-file " + file;
    assertThat(token.describe(NOW)).isEqualTo(name + " does not exist");
    assertThat(described(" \n")).isEqualTo(name + " is empty");
    assertThat(described("rubbish")).isEqualTo(name + " holds no JWT");
    assertThat(described("a.!.b")).isEqualTo(name + " holds no JWT");
    assertThat(described(jwt("{\"exp\": 1767323044, \"sub\": \"system:serviceaccount:a:b\"}")))
        .isEqualTo(name + " is that of system:serviceaccount:a:b, expired at 2026-01-02T03:04:04Z");
    assertThat(described(jwt("{\"sub\":\"system:serviceaccount:a:b\",\"exp\":1767323046}")))
        .isEqualTo(name + " is that of system:serviceaccount:a:b");
    assertThat(described(jwt("{\"exp\":1}"))).isEqualTo(name + " expired at 1970-01-01T00:00:01Z");
    assertThat(described(jwt("{}"))).isEqualTo(name);
  }

  @Test
  void isReadAtEachUse() throws Exception {
    assertThat(token.read()).isEmpty();
    Files.writeString(file, "first\n");
    assertThat(token.read()).contains("first");
    Files.writeString(file, "second");
    assertThat(token.read()).contains("second");
    Files.writeString(file, "");
    assertThat(token.read()).isEmpty();
    Files.writeString(file, "third");
    assertThat(token.read()).contains("third");
  }

  @Test
  void whatCannotBeSentIsNone() throws Exception {
    Files.writeString(file, "a.b.c\nd");
    assertThat(token.read()).isEmpty();
    assertThat(token.describe(NOW)).isEqualTo("token-file " + file + " holds no JWT");
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(token.read()).isEmpty();
    assertThat(token.describe(NOW)).startsWith("token-file " + file + " cannot be read: ");
  }
}
