package io.inmesh.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.TestHead;
import io.inmesh.engine.route.HeaderMutations.Add;
import io.inmesh.engine.route.HeaderMutations.AppendAction;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderMutationsTest {
  /** The headers as they are at the moment. */
  private record Now(TestHead head) implements HeaderFormat.Context {
    @Override
    public @Nullable String requestHeader(String name) {
      return head.header(name);
    }

    @Override
    public @Nullable String responseHeader(String name) {
      return null;
    }

    @Override
    public @Nullable String value(HeaderFormat.Command command) {
      return null;
    }
  }

  private static TestHead apply(HeaderMutations mutations) {
    TestHead head = TestHead.get("http://h/").with("x-there", "old");
    mutations.apply(head, new Now(head));
    return head;
  }

  private static HeaderMutations add(Add... adds) {
    return new HeaderMutations(List.of(adds), List.of());
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "APPEND_IF_EXISTS_OR_ADD, X-There, 'old,new'",
    "APPEND_IF_EXISTS_OR_ADD, x-absent, new",
    "ADD_IF_ABSENT, x-there, old",
    "ADD_IF_ABSENT, x-absent, new",
    "OVERWRITE_IF_EXISTS_OR_ADD, x-there, new",
    "OVERWRITE_IF_EXISTS_OR_ADD, x-absent, new",
    "OVERWRITE_IF_EXISTS, x-there, new",
    "OVERWRITE_IF_EXISTS, x-absent, ",
  })
  void eachActionHasItsRule(AppendAction action, String name, @Nullable String value) {
    TestHead head = apply(add(Add.of(name, "new", action)));

    assertThat(head.header(name.toLowerCase(java.util.Locale.ROOT))).isEqualTo(value);
  }

  @Test
  void removesComeFirstAndValuesSeeTheHeadersAfterThem() {
    TestHead head =
        apply(
            new HeaderMutations(
                List.of(
                    Add.of("x-copy", "<%REQ(x-there)%>", AppendAction.APPEND_IF_EXISTS_OR_ADD),
                    Add.of("x-there", "new", AppendAction.ADD_IF_ABSENT)),
                List.of("X-There")));

    assertThat(head.header("x-copy")).isEqualTo("<>");
    assertThat(head.header("x-there")).isEqualTo("new");
  }

  @Test
  void overwritesHappenBeforeAppends() {
    TestHead head =
        apply(
            add(
                Add.of("x-there", "more", AppendAction.APPEND_IF_EXISTS_OR_ADD),
                Add.of("x-there", "new", AppendAction.OVERWRITE_IF_EXISTS_OR_ADD)));

    assertThat(head.values("x-there")).containsExactly("new", "more");
  }

  @Test
  void anEmptyValueIsWrittenOnDemandOnly() {
    HeaderFormat nothing = HeaderFormat.parse("%REQ(x-absent)%");
    AppendAction action = AppendAction.OVERWRITE_IF_EXISTS_OR_ADD;

    assertThat(apply(add(new Add("x-a", nothing, action, false))).header("x-a")).isNull();
    assertThat(apply(add(new Add("x-a", nothing, action, true))).header("x-a")).isEmpty();
  }

  @Test
  void oneThatOnlyRemovesOrOnlyAddsIsNotEmpty() {
    assertThat(HeaderMutations.NONE.isEmpty()).isTrue();
    assertThat(new HeaderMutations(List.of(), List.of("x-a")).isEmpty()).isFalse();
    assertThat(add(Add.of("x-a", "1", AppendAction.ADD_IF_ABSENT)).isEmpty()).isFalse();
  }

  @Test
  void aNameIsNeverEmpty() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Add.of("", "1", AppendAction.ADD_IF_ABSENT))
        .withMessage("HeaderValue.key: value length must be at least 1");
  }
}
