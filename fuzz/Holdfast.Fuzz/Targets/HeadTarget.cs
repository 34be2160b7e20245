using Holdfast.Http.H1;

namespace Holdfast.Fuzz.Targets;

/// <summary>
/// Heads: whole and cut give the same; what is taken and written anew is taken again, strictly, and is framed alike.
/// </summary>
internal static class HeadTarget
{
    private static readonly H1Leniency[] Leniencies =
    [
        H1Leniency.None, H1Leniency.HAProxy, H1Leniency.AcceptInvalidRequest, H1Leniency.AcceptInvalidResponse,
    ];

    /// <summary>Kept bytes are the only leniency that what we wrote may need to be read again.</summary>
    private const H1Leniency Kept = H1Leniency.NonAsciiTarget | H1Leniency.FragmentInTarget | H1Leniency.OddHeaderName
        | H1Leniency.ControlInValue | H1Leniency.HostDiffers | H1Leniency.BodyOnHttp10Get | H1Leniency.MissingHost;

    public static void Request(ReadOnlySpan<byte> input) => Run(input, isResponse: false);

    public static void Response(ReadOnlySpan<byte> input) => Run(input, isResponse: true);

    private static void Run(ReadOnlySpan<byte> input, bool isResponse)
    {
        foreach (H1Leniency leniency in Leniencies)
        {
            var head = new H1Head(leniency: leniency);
            H1Result whole = Parse(input, head, isResponse);
            CheckCuts(input, whole, leniency, isResponse);
            if (whole.Outcome == H1Outcome.Done)
            {
                FuzzFaultException.Unless(whole.Consumed <= input.Length, "more consumed than given");
                CheckWritten(input, head, leniency, isResponse);
            }
        }
    }

    private static H1Result Parse(ReadOnlySpan<byte> input, H1Head head, bool isResponse)
        => isResponse
            ? H1Parser.ParseResponse(input, head, new(RequestMethod.Get, OffersUpgrade: true))
            : H1Parser.ParseRequest(input, head);

    private static void CheckCuts(ReadOnlySpan<byte> input, H1Result whole, H1Leniency leniency, bool isResponse)
    {
        var head = new H1Head(leniency: leniency);
        H1Result result = default;
        int step = Math.Max(1, input.Length / 64);
        for (int end = 0; result.Outcome == H1Outcome.NeedMore; end = Math.Min(end + step, input.Length))
        {
            result = Parse(input[..end], head, isResponse);
            if (end == input.Length)
            {
                break;
            }
        }
        FuzzFaultException.Unless(result == whole, $"whole {whole}, cut {result}");
    }

    private static void CheckWritten(ReadOnlySpan<byte> input, H1Head head, H1Leniency leniency, bool isResponse)
    {
        HeadView view = head.On(input);
        byte[] output = new byte[input.Length + 200];
        var options = new WriteOptions
        {
            Body = head.Announced, Version = head.Version, LowerCaseNames = true, ForwardTe = true,
            Connection = view.OffersUpgrade ? ConnectionField.Upgrade : ConnectionField.None,
        };
        bool fits = isResponse
            ? HeadWriter.TryWriteResponse(view, options, output, out int length)
            : HeadWriter.TryWriteRequest(view, options, output, out length);
        FuzzFaultException.Unless(fits, "no room for what was read");
        var again = new H1Head(new(HeadBytesMax: int.MaxValue), leniency & Kept);
        H1Result result = Parse(output.AsSpan(0, length), again, isResponse);
        FuzzFaultException.Unless(result == H1Result.Done(length), $"what was written is not taken: {result}");
        FuzzFaultException.Unless(again.Body == head.Body, $"framed {head.Body}, and then {again.Body}");
        FuzzFaultException.Unless(again.Method == head.Method && again.Status == head.Status, "another message");
        FuzzFaultException.Unless(
            again.On(output).Target.SequenceEqual(view.Target) && again.Form == head.Form, "another target");
    }
}
