package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsHostsTest {
  @Test
  void namesAreKeptInLowerCase() {
    assertThat(HttpsHosts.parse("Catalog.shop, pay_1.example").names())
        .containsExactlyInAnyOrder("catalog.shop", "pay_1.example");
  }

  @Test
  void nothingIsNoHost() {
    assertThat(HttpsHosts.parse(" ")).isSameAs(HttpsHosts.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "*.example",
        "a.*",
        "https://a",
        "a:443",
        "a/b",
        "a b",
        "10.0.0.1",
        "[::1]",
        "::1",
        ".a",
        "a.",
        "a..b"
      })
  void whatIsNoNameIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpsHosts.parse("good.example," + name))
        .withMessageContaining("'" + name + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "a,", ",a", "a,,b", "a, ,b"})
  void anEmptyEntryIsRefused(String list) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpsHosts.parse(list))
        .withMessageContaining("an entry is empty");
  }

  @Test
  void itsConstructorRefusesTheSame() {
    assertThatIllegalArgumentException().isThrownBy(() -> new HttpsHosts(Set.of("a:443")));
  }
}
