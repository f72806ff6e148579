package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTableTest {
  private static final NameTable TABLE =
      NameTable.of(
          List.of(
              new NameTable.Entry(
                  "cart.shop.svc.cluster.local", List.of("10.0.0.1"), true, "cart", "shop"),
              new NameTable.Entry(
                  "pay.bank.svc.cluster.local", List.of("10.0.0.2"), true, "pay", "bank"),
              new NameTable.Entry("api.example.com", List.of("10.0.0.3"), false, "", ""),
              new NameTable.Entry("*.example.com", List.of("10.0.0.4"), false, "", "")),
          "shop");

  @ParameterizedTest
  @CsvSource(
      value = {
        "cart, 10.0.0.1",
        "CART, 10.0.0.1",
        "cart.shop, 10.0.0.1",
        "cart.shop.svc, 10.0.0.1",
        "cart.shop.svc.cluster.local, 10.0.0.1",
        "cart.shop.svc.cluster.local., 10.0.0.1",
        "pay, -",
        "pay.bank, 10.0.0.2",
        "pay.bank.svc, 10.0.0.2",
        "api.example.com, 10.0.0.3",
        "x.example.com, 10.0.0.4",
        "x.y.example.com, 10.0.0.4",
        "example.com, -",
        "unknown, -",
      },
      nullValues = "-")
  void lookup(String host, String ip) {
    assertThat(TABLE.firstIp(host)).isEqualTo(ip);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":x", ":0", ":65536", "10.0.0.0/99"})
  void exclusionsAreChecked(String rule) {
    assertThatIllegalArgumentException().isThrownBy(() -> CaptureRules.of(List.of(rule)));
  }
}
