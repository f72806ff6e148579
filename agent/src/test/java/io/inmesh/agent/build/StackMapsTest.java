package io.inmesh.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

class StackMapsTest {
  @Test
  void aClassOfBeforeJava6GetsThemAndRunsAsBefore() throws Exception {
    byte[] old = classFile(ClassReader.class);
    byte[] mapped = StackMaps.of(old);

    assertThat(version(old)).isLessThan(Opcodes.V1_6);
    assertThat(version(mapped)).isEqualTo(Opcodes.V1_8);
    Class<?> reader = new Defining(ClassReader.class.getName(), mapped).defined();
    Object read = reader.getConstructor(byte[].class).newInstance((Object) old);
    assertThat(reader.getMethod("getClassName").invoke(read))
        .isEqualTo("org/objectweb/asm/ClassReader");
  }

  @Test
  void aNewerClassStaysAsItIs() throws IOException {
    byte[] own = classFile(StackMapsTest.class);

    assertThat(StackMaps.of(own)).isSameAs(own);
  }

  /** Defines one class itself, so that the JVM verifies it. */
  private static final class Defining extends ClassLoader {
    private final Class<?> defined;

    Defining(String name, byte[] content) {
      super(StackMapsTest.class.getClassLoader());
      defined = defineClass(name, content, 0, content.length);
    }

    Class<?> defined() {
      return defined;
    }
  }

  private static int version(byte[] classFile) {
    return classFile[7];
  }

  private static byte[] classFile(Class<?> type) throws IOException {
    try (InputStream in =
        type.getResourceAsStream(
            type.getName().substring(type.getPackageName().length() + 1) + ".class")) {
      return in.readAllBytes();
    }
  }
}
