namespace Sluice.Protocol.Tests.Golden;

/// <summary>One encoding that Apache Kafka produced.</summary>
internal sealed record GoldenMessage(string Name, short Version, string Case, string Json, byte[] Bytes)
{
    /// <summary>Names a longer file of the same kind, with Kafka's own columns, to be checked instead of the selection beside this file.</summary>
    private const string FileVariable = "SLUICE_GOLDEN_MESSAGES";

    public override string ToString() => $"{Name} version {Version}, {Case}";

    internal static IEnumerable<GoldenMessage> All()
    {
        string? file = Environment.GetEnvironmentVariable(FileVariable);
        return file is null ? Selection() : File.ReadLines(file).Where(line => line[0] != '#').Skip(1).Select(FromFile);
    }

    private static IEnumerable<GoldenMessage> Selection() =>
        Resources.Text("Golden.GoldenMessages.tsv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(FromSelection);

    private static GoldenMessage FromSelection(string line)
    {
        string[] columns = line.Split('\t');
        return new GoldenMessage(columns[0], short.Parse(columns[1], null), columns[2], columns[3], Convert.FromHexString(columns[4]));
    }

    // set, message, type, key, version, flexible, case, json, hex
    private static GoldenMessage FromFile(string line)
    {
        string[] columns = line.Split('\t');
        return new GoldenMessage(columns[1], short.Parse(columns[4], null), columns[6], columns[7], Convert.FromHexString(columns[8]));
    }
}
