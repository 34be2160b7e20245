using System.Collections.Immutable;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Compression;

/// <summary>Which requests ask for compression, and which responses get it: HAProxy's conditions. Pure.</summary>
/// <remarks>Where both sides of a request say how, the backend's words win, each setting by itself.</remarks>
internal static class ContentCoding
{
    private const int FullWeight = 1000;

    /// <summary>What a request's response is to be coded by; null: nothing.</summary>
    internal static CompressionAlgorithm? Choose(
        HeadView request, CompressionProgram? front, CompressionProgram? back)
    {
        ImmutableArray<CompressionAlgorithm> algorithms
            = back is { Algorithms.IsEmpty: false } ? back.Algorithms : front?.Algorithms ?? [];
        if (algorithms.IsEmpty || IsBrokenBrowser(request.First(KnownHeader.UserAgent)))
        {
            return null;
        }
        CompressionAlgorithm? best = null;
        int weight = 0;
        foreach (ReadOnlySpan<byte> wish in request.Values("accept-encoding"u8))
        {
            int length = TokenLength(wish);
            int own = wish.IsEmpty ? 0 : WeightOf(wish[length..]);
            if (own <= weight)
            {
                continue;
            }
            foreach (CompressionAlgorithm one in algorithms)
            {
                if (wish[0] == '*' || HttpText.EqualsIgnoreCase(wish[..length], one.Coding))
                {
                    (best, weight) = (one, own);
                    break;
                }
            }
        }
        return best ?? algorithms.FirstOrDefault(static one => one.Format is null);
    }

    /// <summary>Whether a response may be coded.</summary>
    /// <param name="request">The request's head; only version and method are looked at.</param>
    /// <param name="response">The response, as it came.</param>
    /// <param name="front">What the frontend says; null: nothing.</param>
    /// <param name="back">What the backend says; null: nothing.</param>
    internal static bool Allows(
        H1Head request, HeadView response, CompressionProgram? front, CompressionProgram? back)
    {
        H1Head head = response.Head;
        long least = (back ?? front)?.ResponseSizeMin ?? 0;
        if (request.Version != H1Version.Http11 || head.Version != H1Version.Http11
            || request.ReceivedMethod == RequestMethod.Head || head.Status is < 200 or > 203
            || !(head.Body.Kind == BodyKind.Chunked || head.Body is { Kind: BodyKind.Length, Length: > 0 })
            || (head.Body.Kind == BodyKind.Length && head.Body.Length < least)
            || response.Find(KnownHeader.ContentEncoding) >= 0)
        {
            return false;
        }
        int tag = response.Find(KnownHeader.ETag);
        if (tag >= 0 && (!IsTag(response.ValueAt(tag)) || response.Find(KnownHeader.ETag, tag) >= 0))
        {
            return false;
        }
        foreach (ReadOnlySpan<byte> directive in response.Values("cache-control"u8))
        {
            if (HttpText.EqualsIgnoreCase(directive, "no-transform"u8))
            {
                return false;
            }
        }
        return IsWanted(response, back is { Types.IsEmpty: false } ? back.Types : front?.Types ?? []);
    }

    /// <summary>Says in a response's head that it is coded, and sent in chunks.</summary>
    /// <returns>False: there is no room.</returns>
    internal static bool TryMark(HeadView response, CompressionAlgorithm algorithm)
    {
        int tag = response.Find(KnownHeader.ETag);
        if (tag >= 0 && response.ValueAt(tag)[0] == '"'
            && response.ReplaceInValue(tag, 0, 0, "W/"u8) != EditResult.Done)
        {
            return false;
        }
        if (response.Head.Body.Kind == BodyKind.Length)
        {
            // Who writes the head puts the framing at this place.
            _ = response.Remove("content-length"u8);
            if (response.Add("transfer-encoding"u8, "chunked"u8) != EditResult.Done)
            {
                return false;
            }
        }
        return response.Add("vary"u8, "Accept-Encoding"u8) == EditResult.Done
            && (algorithm.Format is null
                || response.Add("content-encoding"u8, algorithm.Coding) == EditResult.Done);
    }

    /// <summary>Old browsers say that they understand it and do not, but for some of one maker.</summary>
    private static bool IsBrokenBrowser(ReadOnlySpan<byte> agent)
    {
        if (!agent.StartsWith("Mozilla/4"u8))
        {
            return false;
        }
        const int Maker = 25;
        const int Version = Maker + 5;
        const int ServicePack = 51;
        if (agent.Length <= Version || !agent[Maker..].StartsWith("MSIE "u8) || agent[Version] < '6')
        {
            return true;
        }
        return agent[Version] == '6'
            && (agent.Length < ServicePack + 3 || !agent[ServicePack..].StartsWith("SV1"u8));
    }

    private static bool IsWanted(HeadView response, ImmutableArray<byte[]> types)
    {
        if (!response.TryValue("content-type"u8, 1, out ReadOnlySpan<byte> type))
        {
            return types.IsEmpty;
        }
        if (StartsWithIgnoreCase(type, "multipart"u8))
        {
            return false;
        }
        foreach (byte[] one in types)
        {
            if (StartsWithIgnoreCase(type, one))
            {
                return true;
            }
        }
        return types.IsEmpty;
    }

    private static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start)
        => text.Length >= start.Length && HttpText.EqualsIgnoreCase(text[..start.Length], start);

    /// <summary>Whether it is an entity tag (RFC 9110 section 8.8.3).</summary>
    private static bool IsTag(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> quoted = value.StartsWith("W/"u8) ? value[2..] : value;
        return quoted.Length >= 2 && quoted[0] == '"' && quoted[^1] == '"'
            && !quoted[1..^1].Contains((byte)'"');
    }

    private static int TokenLength(ReadOnlySpan<byte> text)
    {
        int length = 0;
        while (length < text.Length && HttpText.IsToken(text.Slice(length, 1)))
        {
            length++;
        }
        return length;
    }

    /// <summary>Thousandths of the weight behind a token: <c>;q=0.5</c>. Without one: 1000.</summary>
    private static int WeightOf(ReadOnlySpan<byte> parameters)
    {
        while (true)
        {
            parameters = HttpText.Trim(parameters);
            if (parameters.IsEmpty || parameters[0] != ';')
            {
                return FullWeight;
            }
            parameters = HttpText.Trim(parameters[1..]);
            if (parameters.StartsWith("q="u8))
            {
                return Thousandths(parameters[2..]);
            }
            int next = parameters.IndexOf((byte)';');
            parameters = next < 0 ? [] : parameters[next..];
        }
    }

    private static int Thousandths(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] is not ((byte)'0' or (byte)'1'))
        {
            return FullWeight;
        }
        int whole = (text[0] - '0') * FullWeight;
        int value = whole;
        int scale = FullWeight;
        for (int i = 2; i < text.Length && i < 5 && text[1] == '.' && char.IsAsciiDigit((char)text[i]); i++)
        {
            scale /= 10;
            value += (text[i] - '0') * scale;
        }
        return Math.Min(value, FullWeight);
    }
}
