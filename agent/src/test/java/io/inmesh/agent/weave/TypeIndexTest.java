package io.inmesh.agent.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TypeIndexTest {
  private final TypeIndex index =
      TypeIndex.parse(
          "a/B io.one.First\na/B io.two.Second\na/C -Some Library 5\n"
              .getBytes(StandardCharsets.US_ASCII));

  @Test
  void namesEveryModuleOfAType() {
    assertThat(index.modulesFor("a/B")).containsExactly("io.one.First", "io.two.Second");
  }

  @Test
  void namesALibraryThatNoModuleCovers() {
    assertThat(index.modulesFor("a/C")).containsExactly("-Some Library 5");
  }

  @Test
  void knowsNothingOfNearlyEveryClass() {
    assertThat(index.modulesFor("java/lang/String")).isEmpty();
    assertThat(index.containsClass("java.lang.String")).isFalse();
  }

  @Test
  void knowsWhatIsNestedInAHookedClass() {
    assertThat(index.hasNestHost("a/B$Inner$1")).isTrue();
    assertThat(index.hasNestHost("a/B")).isFalse();
    assertThat(index.hasNestHost("a/D$Inner")).isFalse();
  }
}
