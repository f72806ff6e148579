package io.inmesh.instrumentation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelocationTest {
  private final Relocation copy =
      Relocation.of("io/netty/", "a/io/netty/", "io/grpc/netty/", "a/io/grpc/netty/");

  @ParameterizedTest
  @CsvSource({
    "io/netty/Channel, a/io/netty/Channel",
    "io/grpc/netty/Server, a/io/grpc/netty/Server",
    "io/grpc/Server, io/grpc/Server",
    "io/nettyish/Channel, io/nettyish/Channel"
  })
  void renamesWhatBeginsWithAPrefix(String original, String copied) {
    assertThat(copy.type(original)).isEqualTo(copied);
  }

  @ParameterizedTest
  @CsvSource({
    "(, (",
    "(I[JLio/netty/LL;)V, (I[JLa/io/netty/LL;)V",
    "([[Lio/netty/L;Ljava/lang/String;J)Lio/netty/M;,"
        + " ([[La/io/netty/L;Ljava/lang/String;J)La/io/netty/M;",
    "(Lio/netty/Ch, (La/io/netty/Ch"
  })
  void renamesTheTypesOfADescriptor(String original, String copied) {
    assertThat(copy.descriptor(original)).isEqualTo(copied);
  }

  @Test
  void theOriginalKeepsItsNames() {
    assertThat(Relocation.NONE.type("io/netty/Channel")).isEqualTo("io/netty/Channel");
    assertThat(Relocation.parse("").isNone()).isTrue();
  }

  @Test
  void isReadBackFromItsText() {
    Relocation read = Relocation.parse(copy.toString());

    assertThat(read.type("io/grpc/netty/Server")).isEqualTo("a/io/grpc/netty/Server");
    assertThat(read.home()).isEqualTo("a.io.netty");
  }

  @Test
  void aPrefixEndsWithASlash() {
    assertThatThrownBy(() -> Relocation.of("io/netty", "a/io/netty"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
