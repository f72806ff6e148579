package io.inmesh.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Opcodes;

/** Byte code's references to a library; ASM stands for the library. */
class ReferenceCollectorTest {
  /** Some advice. */
  static final class SomeAdvice extends ClassVisitor {
    SomeAdvice() {
      super(Opcodes.ASM9);
    }

    Supplier<String> advise(Object given) {
      if (given instanceof org.objectweb.asm.Type[] types) {
        return types[0]::getDescriptor;
      }
      return () -> String.valueOf(cv);
    }
  }

  @Test
  void areItsClassesMethodsAndFields() throws IOException {
    ReferenceCollector collector = new ReferenceCollector();
    String name = SomeAdvice.class.getName().replace('.', '/') + ".class";
    try (InputStream in = getClass().getClassLoader().getResourceAsStream(name)) {
      collector.add(in.readAllBytes());
    }

    assertThat(collector.text().lines())
        .containsExactly(
            "org/objectweb/asm/ClassVisitor",
            "org/objectweb/asm/ClassVisitor <init> (I)V",
            "org/objectweb/asm/Type",
            "org/objectweb/asm/Type getDescriptor ()Ljava/lang/String;");
  }
}
