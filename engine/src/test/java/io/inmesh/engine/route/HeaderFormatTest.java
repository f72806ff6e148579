package io.inmesh.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.engine.match.UnsupportedFeatureException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderFormatTest {
  private static final HeaderFormat.Context CONTEXT =
      new HeaderFormat.Context() {
        @Override
        public @Nullable String requestHeader(String name) {
          return Map.of("x-a", "alpha", ":path", "/p").get(name);
        }

        @Override
        public @Nullable String responseHeader(String name) {
          return name.equals("x-r") ? "answer" : null;
        }

        @Override
        public @Nullable String value(HeaderFormat.Command command) {
          return command == HeaderFormat.Command.PROTOCOL ? "HTTP/1.1" : null;
        }
      };

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "100%%, 100%",
    "%REQ(X-A)%, alpha",
    "<%REQ(x-a):3%>, <alp>",
    "%REQ(missing?x-a)%, alpha",
    "%REQ(x-a?missing)%, alpha",
    "[%REQ(missing)%], []",
    "%REQ(:path)%, /p",
    "%RESP(X-R)%, answer",
    "a%PROTOCOL%b%%c, aHTTP/1.1b%c",
    "%PROTOCOL:4%, HTTP",
    "<%PROTOCOL:0%>, <>",
    "%PROTOCOL:8%, HTTP/1.1",
    "%REQ(x-a)%%REQ(x-a)%, alphaalpha",
    // A percent sign in parentheses ends nothing.
    "<%REQ(a%b)%>, <>",
    "<%REQ(missing?also-missing)%>, <>",
    "<%REQ(?x-a)%>, <alpha>",
  })
  void values(String format, String value) {
    assertThat(HeaderFormat.parse(format).format(CONTEXT)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "a%b",
        "%REQ(x",
        "%REQ%",
        "%req(x)%",
        "%PROTOCOL(x)%",
        "%REQ(x):y%",
        "%(x)%",
        "%:3%",
        "%REQ)%",
        "%REQ()%"
      })
  void malformedOnesAreRefused(String format) {
    assertThatIllegalArgumentException().isThrownBy(() -> HeaderFormat.parse(format));
  }

  @ParameterizedTest
  @CsvSource({
    "ab%REQ(x, 'Incorrect configuration: ab%REQ(x. Couldn''t find valid command at position 2'",
    "ab%req(x)%, 'Incorrect configuration: ab%req(x)%. Couldn''t find valid command at position 2'",
    "%REQ(x):4y%, 'Length must be an integer, given: 4y'",
  })
  void theReasonNamesThePlace(String format, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeaderFormat.parse(format))
        .withMessage(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\r", "\0", "%REQ(x)%\n"})
  void whatEndsALineIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeaderFormat.parse(text))
        .withMessageStartingWith("HeaderValue.value: value does not match regex pattern");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                HeaderMutations.Add.of(
                    text, "v", HeaderMutations.AppendAction.APPEND_IF_EXISTS_OR_ADD))
        .withMessageStartingWith("HeaderValue.key: value does not match regex pattern");
  }

  @Test
  void aLiteralIsTakenAsItIs() {
    assertThat(HeaderFormat.literal("50%").format(CONTEXT)).isEqualTo("50%");
    assertThat(HeaderFormat.literal("50%").text()).isEqualTo("50%");
    assertThat(HeaderFormat.parse("").format(CONTEXT)).isEmpty();
  }

  @Test
  void commandsThatAreNotKnownAreToldApart() {
    assertThatThrownBy(() -> HeaderFormat.parse("%START_TIME%"))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("START_TIME");
  }

  @ParameterizedTest
  @ValueSource(strings = {":path", "Host", "host", ":authority"})
  void someHeadersMayNotBeModified(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                HeaderMutations.Add.of(
                    name, "v", HeaderMutations.AppendAction.APPEND_IF_EXISTS_OR_ADD))
        .withMessage(":-prefixed or host headers may not be modified");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderMutations(List.of(), List.of(name)));
  }
}
