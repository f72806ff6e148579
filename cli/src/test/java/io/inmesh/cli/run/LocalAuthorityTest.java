package io.inmesh.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalAuthorityTest {
  private static final String READY =
      "inmesh control plane ready xds=127.0.0.1:1 monitoring=127.0.0.1:2";

  private final Path tokens;
  private final LocalAuthority authority;

  LocalAuthorityTest(@TempDir Path folder) throws IOException {
    tokens = folder;
    authority = new LocalAuthority("127.0.0.1:3", Path.of("/ca"), folder);
    Files.writeString(folder.resolve("shop.mine.jwt"), "token");
    Files.writeString(folder.resolve("shop.catalog.jwt"), "token");
    Files.writeString(folder.resolve("bank.teller.jwt"), "token");
  }

  @Test
  void givesAnAgentItsIdentity() {
    assertThat(authority.settings("shop", "mine"))
        .contains(
            Map.of(
                "xds",
                "https://127.0.0.1:3",
                "root-ca",
                Path.of("/ca/root-cert.pem").toString(),
                "token-file",
                tokens.resolve("shop.mine.jwt").toString(),
                "service-account",
                "mine"));
  }

  @Test
  void knowsNobodyWithoutAToken() {
    assertThat(authority.settings("shop", "teller")).isEmpty();
    assertThat(authority.accounts("shop")).containsExactly("catalog", "mine");
  }

  @Test
  void isFoundInTheLineOfAControlPlaneThatSigns() {
    assertThat(announced(READY + " secure=127.0.0.1:3").authority()).contains(authority);
    assertThat(announced(READY).authority()).isEmpty();
    assertThat(announced(READY).anonymous()).isEqualTo(Map.of("xds", "http://127.0.0.1:1"));
  }

  private RunningControlPlane announced(String line) {
    Matcher ready = RunningControlPlane.READY.matcher(line);
    assertThat(ready.find()).isTrue();
    return RunningControlPlane.of(
        1, ready, "/config", Optional.of(Path.of("/ca")), Optional.of(tokens));
  }
}
