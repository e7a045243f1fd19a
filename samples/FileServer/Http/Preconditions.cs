using Sluice.Samples.FileServer.Files;

namespace Sluice.Samples.FileServer.Http;

/// <summary>Decides what a request's conditions make of it (RFC 9110, 13.2.2).</summary>
internal static class Preconditions
{
    /// <returns>200, 206 with a range, 304, 412 or 416.</returns>
    public static int Evaluate(in HttpRequest request, ReadOnlySpan<byte> buffer, ServedFile file, out ByteRange range)
    {
        range = new ByteRange(0, file.LengthBytes);
        if (request.IfMatch.IsPresent)
        {
            if (!EntityTags.Contains(request.IfMatch.Of(buffer), file.EntityTag, isStrong: true))
            {
                return 412;
            }
        }
        else if (request.IfUnmodifiedSince.IsPresent
            && HttpDate.TryParse(request.IfUnmodifiedSince.Of(buffer), out DateTimeOffset unmodifiedSince)
            && file.LastModified > unmodifiedSince)
        {
            return 412;
        }

        if (request.IfNoneMatch.IsPresent)
        {
            if (EntityTags.Contains(request.IfNoneMatch.Of(buffer), file.EntityTag, isStrong: false))
            {
                return 304;
            }
        }
        else if (request.IfModifiedSince.IsPresent
            && HttpDate.TryParse(request.IfModifiedSince.Of(buffer), out DateTimeOffset modifiedSince)
            && file.LastModified <= modifiedSince)
        {
            return 304;
        }

        // Ranges are for GET; with If-Range only for the version that the client has a part of.
        bool wantsRange = request.Range.IsPresent && request.Method == RequestMethod.Get
            && (!request.IfRange.IsPresent || IsSameVersion(request.IfRange.Of(buffer), file));
        if (!wantsRange)
        {
            return 200;
        }

        int status = ByteRange.Parse(request.Range.Of(buffer), file.LengthBytes, out ByteRange asked);
        range = status == 206 ? asked : range;
        return status;
    }

    /// <summary>Compares strongly: half of one version and half of another make a broken file.</summary>
    private static bool IsSameVersion(ReadOnlySpan<byte> validator, ServedFile file) =>
        HttpDate.TryParse(validator, out DateTimeOffset date)
            ? file.LastModified == date
            : validator.SequenceEqual(file.EntityTag);
}
