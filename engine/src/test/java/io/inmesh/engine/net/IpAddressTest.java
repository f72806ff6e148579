package io.inmesh.engine.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::8:800:200c:417a",
        "fe80::1", "1:2:3:4:5:6:7:8", "1::", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:1.2.3.4"
      })
  void readsLiteralsAsTheJdkDoes(String text) throws UnknownHostException {
    byte[] expected = InetAddress.getByName(text).getAddress();
    IpAddress address = IpAddress.parse(text);
    assertThat(address).isNotNull();
    assertThat(address.bits()).isEqualTo(expected.length * 8);
    for (int i = 0; i < expected.length; i++) {
      long word = expected.length == 4 || i >= 8 ? address.low() : address.high();
      int shift = expected.length == 4 ? 24 - 8 * i : 56 - 8 * (i % 8);
      assertThat((byte) (word >>> shift)).as("byte %d", i).isEqualTo(expected[i]);
    }
    assertThat(IpAddress.of(expected)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "catalog",
        "a.b.c.d",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.",
        ".1.2.3",
        "face",
        "1:2:3",
        ":1",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7:8:9",
        "1.2.3.4:80",
        "[]",
        "cafe.example"
      })
  void takesAllElseForNames(String text) {
    assertThat(IpAddress.parse(text)).isNull();
  }

  @Test
  void sixteenBytesMayBeAnAddressOfFour() {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 1, 2, 3, 4};
    assertThat(IpAddress.of(mapped)).isEqualTo(IpAddress.parse("1.2.3.4"));
    assertThatIllegalArgumentException().isThrownBy(() -> IpAddress.of(new byte[5]));
  }

  @Test
  void readsBracketsAndZones() {
    assertThat(IpAddress.parse("[::1]")).isEqualTo(IpAddress.parse("::1"));
    assertThat(IpAddress.parse("fe80::1%eth0")).isEqualTo(IpAddress.parse("fe80::1"));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true", "127.9.9.9, true", "::1, true", "::ffff:127.0.0.1, true",
    "10.0.0.1, false", "128.0.0.1, false", "::2, false", "0.0.0.0, false"
  })
  void knowsLoopback(String text, boolean loopback) {
    IpAddress address = IpAddress.parse(text);
    assertThat(address).isNotNull();
    assertThat(address.isLoopback()).isEqualTo(loopback);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.1.2.3/16, 10.1.9.9, true",
    "0.0.0.0/0, 1.2.3.4, true",
    "0.0.0.0/0, ::1, false",
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, 10.0.0.2, false",
    "2001:db8::/32, 2001:db8:1::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "2001:db8::1/128, 2001:db8::1, true",
    "2001:db8::1/127, 2001:db8::, true",
    "::/0, fe80::1, true"
  })
  void prefixesContain(String prefix, String text, boolean contained) {
    IpAddress address = IpAddress.parse(text);
    assertThat(address).isNotNull();
    assertThat(Cidr.parse(prefix).contains(address)).isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "::/129", "10.0.0.0/x", "name/8", "10.0.0.0/-1"})
  void refusesBadPrefixes(String prefix) {
    assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(prefix));
  }
}
