using Sluice.Client.Consuming;

namespace Sluice.Cli.Output;

/// <summary>Prints records in some form.</summary>
internal interface IRecordPrinter
{
    /// <summary>Prints one record.</summary>
    void Print(ConsumedRecord record);
}
