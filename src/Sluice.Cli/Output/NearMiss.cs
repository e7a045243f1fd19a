namespace Sluice.Cli.Output;

/// <summary>Guesses what was meant.</summary>
internal static class NearMiss
{
    /// <summary>The candidate that takes the fewest changes to get to from what was typed.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="candidates">What exists.</param>
    /// <returns>Null = none is near enough: one change per three letters, but at least one.</returns>
    internal static string? Find(string typed, IEnumerable<string> candidates)
    {
        int changesMax = Math.Max(1, typed.Length / 3);
        return candidates
            .Select(candidate => (Candidate: candidate, Changes: Distance(typed, candidate)))
            .Where(pair => pair.Changes <= changesMax)
            .OrderBy(pair => pair.Changes)
            .ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
            .FirstOrDefault().Candidate;
    }

    // Insertions, deletions, replacements and swaps of neighbours, upper and lower case alike.
    private static int Distance(string left, string right)
    {
        int[,] distances = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++) distances[i, 0] = i;
        for (int j = 0; j <= right.Length; j++) distances[0, j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int replacement = IsSame(left[i - 1], right[j - 1]) ? 0 : 1;
                int distance = Math.Min(Math.Min(distances[i - 1, j] + 1, distances[i, j - 1] + 1), distances[i - 1, j - 1] + replacement);
                bool isSwap = i > 1 && j > 1 && IsSame(left[i - 1], right[j - 2]) && IsSame(left[i - 2], right[j - 1]);
                distances[i, j] = isSwap ? Math.Min(distance, distances[i - 2, j - 2] + 1) : distance;
            }
        }

        return distances[left.Length, right.Length];
    }

    private static bool IsSame(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
