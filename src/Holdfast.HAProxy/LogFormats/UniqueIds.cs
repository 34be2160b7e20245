using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.LogFormats;

/// <summary>The id of a request: made when it is asked for first, and the same ever after.</summary>
public static class UniqueIds
{
    private const int LengthMax = 128;

    /// <summary>The id; false when the frontend has no <c>unique-id-format</c>.</summary>
    /// <param name="format">The format of the frontend.</param>
    /// <param name="context">The request.</param>
    /// <param name="id">The id.</param>
    public static bool TryGet(CompiledLogFormat? format, RequestContext context, out ReadOnlySpan<byte> id)
    {
        if (!context.UniqueId.HasValue)
        {
            format = context.UniqueIdFormat ?? format;
            Span<byte> room = stackalloc byte[LengthMax];
            if (format is null || !context.UniqueId.TryKeep(room[..format.Write(context, room)]))
            {
                id = default;
                return false;
            }
        }
        id = context.UniqueId.Value;
        return true;
    }
}
