/** What the engine sees and edits of a request and a response; library adapters implement it. */
@NullMarked
package io.inmesh.engine.http;

import org.jspecify.annotations.NullMarked;
