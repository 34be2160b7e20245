using System.Globalization;
using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Converters;

/// <summary>Numbers, truth and masks.</summary>
internal static class ArithmeticConverters
{
    private delegate long Operation(long a, long b);

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("add", static a => Binary(a, Add));
        table.Register("sub", static a => Binary(a, Subtract));
        table.Register("mul", static a => Binary(a, Multiply));
        table.Register("div", static a => Binary(a, Divide));
        table.Register("mod", static a => Binary(a, static (x, y) => y is 0 or -1 ? 0 : x % y));
        table.Register("and", static a => Binary(a, static (x, y) => x & y));
        table.Register("or", static a => Binary(a, static (x, y) => x | y));
        table.Register("xor", static a => Binary(a, static (x, y) => x ^ y));
        table.Register("neg", static (_, ref s) =>
            s.Set(s.Integer == long.MinValue ? long.MaxValue : -s.Integer));
        table.Register("cpl", static (_, ref s) => s.Set(~s.Integer));
        table.Register("bool", static (_, ref s) => s.Set(s.Integer != 0));
        table.Register("not", static (_, ref s) => s.Set(s.Integer == 0));
        table.Register("even", static (_, ref s) => s.Set((s.Integer & 1) == 0));
        table.Register("odd", static (_, ref s) => s.Set((s.Integer & 1) != 0));
        table.Register("iif", static a =>
        {
            byte[] yes = a.Bytes(0);
            byte[] no = a.Bytes(1);
            return (_, ref s) => s.SetText(s.Integer != 0 ? yes : no);
        });
        table.Register("ipmask", Mask);
    }

    private static SampleStep Binary(StepArguments a, Operation operation)
    {
        if (long.TryParse(a.Text(0), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            return (_, ref s) => s.Set(operation(s.Integer, value));
        }
        VariableTable variables = a.Environment.Variables;
        Variable variable = variables.Of(a.Text(0));
        return (c, ref s) =>
        {
            var other = new Sample();
            return variables.TryRead(variable, c, ref other) && Casts.TryInteger(c, ref other)
                && s.Set(operation(s.Integer, other.Integer));
        };
    }

    private static long Saturate(Int128 value)
        => value > long.MaxValue ? long.MaxValue : value < long.MinValue ? long.MinValue : (long)value;

    private static long Add(long a, long b) => Saturate((Int128)a + b);

    private static long Subtract(long a, long b) => Saturate((Int128)a - b);

    private static long Multiply(long a, long b) => Saturate((Int128)a * b);

    private static long Divide(long a, long b)
        => b == 0 ? a < 0 ? long.MinValue : long.MaxValue : Saturate((Int128)a / b);

    private static SampleStep Mask(StepArguments a)
    {
        IpAddress v4 = MaskOf(a.Text(0), IpFamily.V4);
        IpAddress v6 = a.Has(1) ? MaskOf(a.Text(1), IpFamily.V6) : IpAddress.None;
        return (_, ref s) =>
        {
            IpAddress mask = s.Address.IsV4 ? v4 : v6;
            return !mask.IsNone
                && s.Set(s.Address with { High = s.Address.High & mask.High, Low = s.Address.Low & mask.Low });
        };
    }

    /// <summary>A mask that is written as a number of bits or as an address.</summary>
    public static IpAddress MaskOf(string text, IpFamily family)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bits))
        {
            return IpAddress.TryParse(text, out IpAddress mask) ? mask : IpAddress.None;
        }
        return family == IpFamily.V4 ? IpAddress.V4(uint.MaxValue).Mask(bits)
            : new IpAddress(IpFamily.V6, ulong.MaxValue, ulong.MaxValue).Mask(bits);
    }
}
