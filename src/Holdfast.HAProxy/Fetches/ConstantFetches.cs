using System.Globalization;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Constants, clocks, random numbers, variables.</summary>
internal static class ConstantFetches
{
    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("always_true", static (_, ref s) => s.Set(true));
        table.Register("always_false", static (_, ref s) => s.Set(false));
        table.Register("bool", Bool);
        table.Register("int", static a => Number(a.Integer(0)));
        table.Register("str", static a => Text(a.Bytes(0)));
        table.Register("meth", static a => Method(a.Bytes(0)));
        table.Register("bin", static a => Binary(Convert.FromHexString(a.Text(0))));
        table.Register("ipv4 ipv6", static a => Address(a.Text(0)));
        table.Register("env", Env);
        table.Register("hostname", static a => Text(Config.HAProxy.Model.ByteText.ToBytes(a.Environment.HostName)));
        table.Register("nbproc", static a => Number(1));
        table.Register("proc", static a => Number(1));
        table.Register("date", Date);
        table.Register("date_us", static (c, ref s) => s.Set(c.WallClock % 1_000_000));
        table.Register("rand", Rand);
        table.Register("uuid", static (c, ref s) => Uuid(c, ref s));
        table.Register("var", Var);
        table.Register("unique-id", UniqueId);
        table.Register("prio_class prio_offset", static a => Number(0));
    }

    private static SampleStep Bool(StepArguments a)
    {
        bool value = a.Text(0) is "true" or "1";
        return (_, ref s) => s.Set(value);
    }

    private static SampleStep Number(long value) => (_, ref s) => s.Set(value);

    private static SampleStep Text(byte[] value) => (_, ref s) => s.SetText(value);

    private static SampleStep Binary(byte[] value) => (_, ref s) => s.SetBinary(value);

    private static SampleStep Method(byte[] value) => (_, ref s) =>
    {
        s.SetText(value);
        s.Kind = SampleKind.Method;
        return true;
    };

    private static SampleStep Address(string text)
    {
        IpAddress address = IpAddress.TryParse(text, out IpAddress found) ? found : IpAddress.None;
        return (_, ref s) => s.Set(address);
    }

    private static SampleStep Env(StepArguments a)
    {
        string? value = a.Environment.ReadEnvironment(a.Text(0));
        byte[] bytes = Config.HAProxy.Model.ByteText.ToBytes(value ?? "");
        return value is null ? static (_, ref s) => false : Text(bytes);
    }

    private static SampleStep Date(StepArguments a)
    {
        long offset = a.Integer(0);
        string unit = a.Text(1, "s");
        return (c, ref s) => s.Set(unit switch
        {
            "ms" => (c.WallClock / 1000) + offset,
            "us" => c.WallClock + offset,
            _ => (c.WallClock / 1_000_000) + offset,
        });
    }

    private static SampleStep Rand(StepArguments a)
    {
        long range = a.Integer(0);
        return (c, ref s) =>
        {
            uint value = (uint)(c.NextRandom() >> 32);
            return s.Set(range > 0 ? (long)(((ulong)value * (ulong)range) >> 32) : value);
        };
    }

    /// <summary>A random one (RFC 9562 version 4).</summary>
    internal static bool Uuid(RequestContext c, ref Sample s)
    {
        if (!c.Scratch.TryTake(36, out Span<byte> text))
        {
            return false;
        }
        ulong high = (c.NextRandom() & ~0xF000UL) | 0x4000;
        ulong low = (c.NextRandom() & ~(3UL << 62)) | (1UL << 63);
        Span<byte> digits = stackalloc byte[32];
        high.TryFormat(digits, out _, "x16", CultureInfo.InvariantCulture);
        low.TryFormat(digits[16..], out _, "x16", CultureInfo.InvariantCulture);
        int at = 0;
        for (int i = 0; i < 32; i++)
        {
            if (i is 8 or 12 or 16 or 20)
            {
                text[at++] = (byte)'-';
            }
            text[at++] = digits[i];
        }
        return s.SetText(text);
    }

    private static SampleStep Var(StepArguments a)
    {
        Variable variable = a.Environment.Variables.Of(a.Text(0));
        VariableTable variables = a.Environment.Variables;
        byte[]? otherwise = a.All.Length > 1 ? a.Bytes(1) : null;
        return (c, ref s) => variables.TryRead(variable, c, ref s) || (otherwise is not null && s.SetText(otherwise));
    }

    private static SampleStep UniqueId(StepArguments a)
    {
        CompiledLogFormat? format = a.Environment.UniqueId;
        return (c, ref s) => UniqueIds.TryGet(format, c, out ReadOnlySpan<byte> id) && s.SetText(id);
    }
}
