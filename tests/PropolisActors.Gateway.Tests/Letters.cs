namespace PropolisActors.Gateway.Tests;

/// <summary>The shapes of the letters that tests look for, drawn once more by hand.</summary>
internal static class Letters
{
    private static readonly (char Letter, string[] Rows)[] Drawn =
    [
        ('a', [".....", ".....", ".###.", "....#", ".####", "#...#", ".####"]),
        ('d', ["....#", "....#", ".##.#", "#..##", "#...#", "#...#", ".####"]),
        ('e', [".....", ".....", ".###.", "#...#", "#####", "#....", ".###."]),
        ('f', ["..##.", ".#..#", ".#...", "###..", ".#...", ".#...", ".#..."]),
        ('h', ["#....", "#....", "#.##.", "##..#", "#...#", "#...#", "#...#"]),
        ('i', ["..#..", ".....", ".##..", "..#..", "..#..", "..#..", ".###."]),
        ('l', [".##..", "..#..", "..#..", "..#..", "..#..", "..#..", ".###."]),
        ('r', [".....", ".....", "#.##.", "##..#", "#....", "#....", "#...."]),
        ('s', [".....", ".....", ".###.", "#....", ".###.", "....#", "####."]),
        ('u', [".....", ".....", "#...#", "#...#", "#...#", "#..##", ".##.#"]),
        ('v', [".....", ".....", "#...#", "#...#", "#...#", ".#.#.", "..#.."]),
        ('y', [".....", ".....", "#...#", "#...#", ".####", "....#", ".###."]),
    ];

    /// <summary>By the dots of the rows, the first in the highest bit.</summary>
    public static IReadOnlyDictionary<ulong, char> All { get; } = Drawn.ToDictionary(
        static drawn => string.Concat(drawn.Rows).Aggregate(0UL, static (dots, dot) => (dots << 1) | (dot == '#' ? 1UL : 0)),
        static drawn => drawn.Letter);
}
