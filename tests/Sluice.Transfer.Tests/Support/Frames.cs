namespace Sluice.Transfer.Tests.Support;

/// <summary>Makes frames together with the bytes that they are to put on the wire.</summary>
internal static class Frames
{
    /// <summary>A random mix of pieces and regions.</summary>
    public static (ResponseFrame Frame, byte[] Expected) Random(Random random, TestFile file, int partsCount, int partBytesMax)
    {
        ResponseFrame frame = new();
        MemoryStream expected = new();
        for (int part = 0; part < partsCount; part++)
        {
            // Mostly short, sometimes long: lengths spread over the orders of magnitude.
            int lengthBytes = (int)Math.Min(partBytesMax, Math.Pow(2, random.NextDouble() * Math.Log2(partBytesMax)) - 1);
            if (random.Next(2) == 0)
            {
                byte[] piece = new byte[lengthBytes];
                random.NextBytes(piece);
                frame.Append(piece);
                expected.Write(piece);
            }
            else
            {
                int positionBytes = random.Next(file.Contents.Length - lengthBytes);
                frame.Append(file.Region(positionBytes, lengthBytes));
                expected.Write(file.Bytes(positionBytes, lengthBytes));
            }
        }

        return (frame, expected.ToArray());
    }

    /// <summary>A header of zeros and one region from the file's start.</summary>
    public static ResponseFrame HeaderAndRegion(TestFile file, int headerBytes, int regionBytes)
    {
        ResponseFrame frame = new();
        frame.Append(new byte[headerBytes]);
        frame.Append(file.Region(0, regionBytes));
        return frame;
    }
}
