package io.inmesh.instrumentation.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import org.junit.jupiter.api.Test;

class HeadersTest {
  private final Headers headers = new Headers();
  private final Metadata metadata = new Metadata();

  @Test
  void joinsTheLinesOfAHeader() {
    headers.add(metadata, "x-a", "1");
    headers.add(metadata, "x-a", "2");

    assertThat(headers.joined(metadata, "x-a")).isEqualTo("1,2");
    assertThat(headers.lines(metadata, "x-a")).containsExactly("1", "2");
    assertThat(headers.joined(metadata, "x-b")).isNull();
  }

  @Test
  void binaryHeadersAreAsOnTheWire() {
    headers.add(metadata, "x-bin", "AQI");

    assertThat(headers.joined(metadata, "x-bin")).isEqualTo("AQI");
    assertThat(metadata.get(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(1, 2);
  }

  @Test
  void removesEveryLine() {
    headers.add(metadata, "x-a", "1");
    headers.add(metadata, "x-a", "2");
    headers.add(metadata, "x-bin", "AQI");

    headers.remove(metadata, "x-a");
    headers.remove(metadata, "x-bin");

    assertThat(metadata.keys()).isEmpty();
  }

  @Test
  void pseudoHeadersAreNotThere() {
    assertThat(headers.joined(metadata, ":path")).isNull();
    assertThat(headers.lines(metadata, ":path")).isEmpty();
  }
}
