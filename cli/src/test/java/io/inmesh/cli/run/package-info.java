@NullMarked
package io.inmesh.cli.run;

import org.jspecify.annotations.NullMarked;
