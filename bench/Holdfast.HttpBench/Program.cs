using Holdfast.Http.H1;
using Holdfast.HttpBench;
using Holdfast.Linux;
using Holdfast.Primitives;

// Nanoseconds a message, on one core: the median of rounds in which the rows take turns, so that a busy moment of the
// machine falls on all of them. Usage: bench/http.sh [ROUNDS]
const int PerRound = 500;
int rounds = args is [string text] ? int.Parse(text, null) : 2001;
var head = new H1Head(leniency: H1Leniency.HAProxy);
byte[] output = new byte[16384];
(string Name, Func<int> Run)[] rows =
[
    ($"parse small ({Messages.Small.Length} bytes)", () => ParseRequest(Messages.Small)),
    ($"parse browser ({Messages.Browser.Length} bytes)", () => ParseRequest(Messages.Browser)),
    ("parse browser, cut in 3", () => ParseCut(Messages.Browser)),
    ($"parse response ({Messages.Response.Length} bytes)", () => ParseResponse(Messages.Response)),
    ("parse and write small", () => ParseRequest(Messages.Small) + Write(Messages.Small)),
    ("parse, add X-Forwarded-For, write browser", () => ParseRequest(Messages.Browser) + Edit(Messages.Browser)),
    ("parse and write response", () => ParseResponse(Messages.Response) + WriteResponse(Messages.Response)),
];
double[][] times = [.. rows.Select(_ => new double[rounds])];
long checksum = 0;
for (int round = -2; round < rounds; round++)
{
    for (int row = 0; row < rows.Length; row++)
    {
        Func<int> run = rows[row].Run;
        MonotonicTime start = MonotonicClock.Now;
        for (int i = 0; i < PerRound; i++)
        {
            checksum += run();
        }
        TimeSpan took = MonotonicClock.Now - start;
        if (round >= 0)
        {
            times[row][round] = took.TotalNanoseconds / PerRound;
        }
    }
}
for (int row = 0; row < rows.Length; row++)
{
    Array.Sort(times[row]);
    Console.WriteLine(
        $"{rows[row].Name,-44} {times[row][rounds / 2],7:F0} ns (least {times[row][0]:F0})");
}
return checksum > 0 ? 0 : 1;

int ParseRequest(byte[] message)
{
    head.Reset();
    return H1Parser.ParseRequest(message, head).Consumed;
}

int ParseCut(byte[] message)
{
    head.Reset();
    H1Parser.ParseRequest(message.AsSpan(0, message.Length / 3), head);
    H1Parser.ParseRequest(message.AsSpan(0, message.Length * 2 / 3), head);
    return H1Parser.ParseRequest(message, head).Consumed;
}

int ParseResponse(byte[] message)
{
    head.Reset();
    return H1Parser.ParseResponse(message, head, default).Consumed;
}

int Write(byte[] message)
{
    var options = new WriteOptions { Body = head.Announced, Version = head.Version, LowerCaseNames = true };
    HeadWriter.TryWriteRequest(head.On(message), options, output, out int written);
    return written;
}

int WriteResponse(byte[] message)
{
    var options = new WriteOptions { Body = head.Announced, Version = head.Version, LowerCaseNames = true };
    HeadWriter.TryWriteResponse(head.On(message), options, output, out int written);
    return written;
}

int Edit(byte[] message)
{
    head.On(message).Add("x-forwarded-for"u8, "192.0.2.1"u8);
    return Write(message);
}
