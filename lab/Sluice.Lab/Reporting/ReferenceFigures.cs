using Sluice.Lab.Measuring;

namespace Sluice.Lab.Reporting;

/// <summary>The figures of the classic comparison as published, beside those of this machine.</summary>
internal static class ReferenceFigures
{
    /// <summary>Which machine the published figures are of.</summary>
    internal const string Machine = "Xeon E5-2680v4, 10 GbE, kernel 5.4, JDK 17";

    private const string Loop = "read-write-8k";
    private const string ZeroCopy = "sendfile";

    // Seconds, MB/s and percent of a processor, for 1 GiB.
    private static readonly double[] PublishedLoop = [2.8, 358, 45];
    private static readonly double[] PublishedSendfile = [1.1, 909, 12];

    /// <summary>The comparison; null where one of its mechanisms was not run.</summary>
    internal static ReportTable? Compare(IReadOnlyList<TransferMeasures> measures)
    {
        TransferMeasures? loop = measures.FirstOrDefault(measure => measure.Plan.Mechanism == Loop);
        TransferMeasures? sendfile = measures.FirstOrDefault(measure => measure.Plan.Mechanism == ZeroCopy);
        if (loop is null || sendfile is null) return null;
        TransferMeasures? sluice = measures.FirstOrDefault(measure => measure.Plan.Mechanism == "sluice");
        List<IReadOnlyList<string>> rows =
        [
            Row(Machine, "8 KiB read/write", PublishedLoop),
            Row(Machine, "sendfile", PublishedSendfile),
            ["", "sendfile to the loop", "", Times(PublishedSendfile[1] / PublishedLoop[1]), $"{Times(CpuOf(PublishedSendfile) / CpuOf(PublishedLoop))} CPU for the same bytes"],
            Row("here", Loop, Of(loop)),
            Row("here", ZeroCopy, Of(sendfile)),
        ];
        if (sluice is not null) rows.Add(Row("here", "sluice", Of(sluice)));
        rows.Add(["", "sendfile to the loop", "", Times(Ratio(sendfile, loop, m => m.MegabytesPerSecond)), $"{Times(Ratio(sendfile, loop, m => m.CpuSecondsPerGigabyte))} CPU for the same bytes"]);
        if (sluice is not null) rows.Add(["", "sluice to the loop", "", Times(Ratio(sluice, loop, m => m.MegabytesPerSecond)), $"{Times(Ratio(sluice, loop, m => m.CpuSecondsPerGigabyte))} CPU for the same bytes"]);
        return new ReportTable("The classic comparison, published and here", ["machine", "mechanism", ">s", ">MB/s", ">CPU %"], rows);
    }

    private static double[] Of(TransferMeasures measure) => [measure.WallSeconds.Median, measure.MegabytesPerSecond.Median, measure.CpuPercent.Median];

    private static double CpuOf(double[] figures) => figures[0] * figures[2];

    private static double Ratio(TransferMeasures one, TransferMeasures other, Func<TransferMeasures, Figure> figure) => figure(one).Median / figure(other).Median;

    private static string[] Row(string machine, string mechanism, double[] figures) =>
        [machine, mechanism, TransferTables.Number(figures[0], 2), TransferTables.Number(figures[1]), TransferTables.Number(figures[2])];

    private static string Times(double ratio) => $"x{TransferTables.Number(ratio, 2)}";
}
