package io.inmesh.agent.weave;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.api.Relocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What advice refers to is there, or the first that is not is named. */
class ReferenceCheckTest {
  private static final String HERE = "io/inmesh/agent/weave/ReferenceCheckTest$";

  /** A library. */
  public interface Greeting {
    /** Greets. */
    default String greet() {
      return "hello";
    }
  }

  /** Its super type. */
  public static class Parent implements Greeting {
    /** A field. */
    public final int inherited = 1;

    /** Made by subclasses. */
    protected Parent(int number) {}

    void hidden() {}
  }

  /** Its type. */
  public static class Child extends Parent {
    /** Makes one. */
    public Child() {
      super(1);
    }

    /** Twice. */
    public long twice(int number) {
      return number * 2L;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Child",
        "Child <init> ()V",
        "Child twice (I)J",
        "Child inherited I",
        "Child greet ()Ljava/lang/String;",
        "Child hashCode ()I",
        "Parent <init> (I)V",
        "Greeting greet ()Ljava/lang/String;"
      })
  void isThere(String reference) throws IOException {
    assertThat(missing(HERE + reference)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Uncle | it has no class io.inmesh.agent.weave.ReferenceCheckTest$Uncle",
        "Child twice (J)J | $Child has no method twice(J)J",
        "Child absent I | $Child has no field absent I",
        "Child inherited J | $Child has no field inherited J",
        "Child <init> (I)V | $Child has no method <init>(I)V",
        "Child hidden ()V | $Child has no method hidden()V"
      })
  void isNotThere(String reference, String words) throws IOException {
    assertThat(missing(HERE + reference)).get().asString().endsWith(words);
  }

  @Test
  void theFirstThatIsMissingIsNamed() throws IOException {
    assertThat(missing(HERE + "Child\n" + HERE + "Child b ()V\n" + HERE + "Child c ()V\n"))
        .get()
        .asString()
        .endsWith("has no method b()V");
  }

  @Test
  void aModuleThatRefersToNothingFits() throws IOException {
    assertThat(missing("")).isEmpty();
  }

  @Test
  void aShadedCopyIsAskedByItsOwnNames() throws IOException {
    Relocation copy = Relocation.of("original/", "io/inmesh/agent/weave/");

    assertThat(
            missing(
                """
                original/ReferenceCheckTest$Child twice (I)J
                original/ReferenceCheck missing ([B)Ljava/util/Optional;
                """,
                copy))
        .get()
        .asString()
        .as("it is not public")
        .endsWith("ReferenceCheck has no method missing([B)Ljava/util/Optional;");
    assertThat(missing("original/ReferenceCheckTest$Child joins (Loriginal/Weaver;)V", copy))
        .get()
        .asString()
        .endsWith("has no method joins(Lio/inmesh/agent/weave/Weaver;)V");
  }

  private static Optional<String> missing(String references) throws IOException {
    return missing(references, Relocation.NONE);
  }

  private static Optional<String> missing(String references, Relocation copy) throws IOException {
    return new ReferenceCheck(
            new LibraryTypes(ReferenceCheckTest.class.getClassLoader()::getResourceAsStream), copy)
        .missing(references.getBytes(StandardCharsets.UTF_8));
  }
}
