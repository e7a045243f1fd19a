using System.Text.Json;
using Sluice.Bench.Load.Comparing;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Tests;

/// <summary>What a comparison says of figures that are known, without a broker.</summary>
public sealed class ComparisonTests
{
    private const string Measure = "broker_cpu_seconds_per_gb";

    [Theory]
    [InlineData(1.0, "0.5", "met")]
    [InlineData(1.2, "0.6", "**not met**")]
    public void A_goal_is_held_against_the_ratio_of_the_medians(double sluice, string ratio, string verdict)
    {
        string tables = Tables(Result([sluice - 0.1, sluice, 9], [2, 2.5, 1]));
        tables.ShouldContain($"≤ 0.5 of Kafka's | {ratio} |");
        tables.ShouldContain($"| {verdict} |");
    }

    [Fact]
    public void What_was_not_measured_is_not_said_to_be_met()
    {
        string tables = Tables(Result([1], []));
        tables.ShouldContain("not measured");
        tables.ShouldNotContain("| met |");
    }

    [Fact]
    public void Every_figure_of_every_round_is_in_the_document_and_each_chart_is_drawn()
    {
        WorkloadResult result = Result([1, 2], [4, 8]);
        StringWriter json = new();
        ComparisonReport.WriteJson(json, [result]);
        JsonElement rounds = JsonDocument.Parse(json.ToString()).RootElement.GetProperty("workloads")[0].GetProperty("rounds");
        rounds.GetProperty(WorkloadCatalog.KafkaName).EnumerateArray().Select(static round => round.GetProperty(Measure).GetDouble()).ShouldBe([4, 8]);

        DirectoryInfo folder = Directory.CreateTempSubdirectory("sluice-comparison-");
        try
        {
            ComparisonPlots.Write(folder.FullName, [result]);
            folder.GetFiles().Select(static file => file.Name).Order().ShouldBe(["cpu-per-gb.png", "cpu-per-gb.svg"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Tables(WorkloadResult result)
    {
        StringWriter output = new();
        ComparisonReport.WriteTables(output, [result]);
        return output.ToString();
    }

    private static WorkloadResult Result(double[] sluice, double[] kafka)
    {
        Workload workload = new("Group", "load", static (_, _) => throw new InvalidOperationException()) { Goals = [new Goal(Measure, 0.5)] };
        WorkloadResult result = new(workload);
        foreach ((string contender, double[] values) in new[] { (WorkloadCatalog.SluiceName, sluice), (WorkloadCatalog.KafkaName, kafka) })
        {
            foreach (double value in values)
            {
                Report report = new("produce");
                report.Add(Measure, value, 3);
                result.Add(contender, report);
            }
        }
        return result;
    }
}
