using System.Runtime.CompilerServices;

// The cipher's fallbacks are reached only on machines without its instructions, so tests ask for them by name.
[assembly: InternalsVisibleTo("Crucible.Wire.Tests")]
