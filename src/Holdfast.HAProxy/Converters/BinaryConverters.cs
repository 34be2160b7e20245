using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Security.Cryptography;
using Holdfast.Balancing.Hashing;
using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Converters;

/// <summary>Bytes as numbers and digits, and what is made of them with keys.</summary>
internal static class BinaryConverters
{
    private const int DecimalMax = 20;
    private const int MacMax = 64;
    private const int TagSize = 16;

    private delegate int MacFunction(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, Span<byte> into);

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("be2dec", static a => Chunks(a, isDecimal: true));
        table.Register("be2hex", static a => Chunks(a, isDecimal: false));
        table.Register("htonl", static _ => static (c, ref s) =>
        {
            if (!c.Scratch.TryTake(sizeof(uint), out Span<byte> room))
            {
                return false;
            }
            BinaryPrimitives.WriteUInt32BigEndian(room, unchecked((uint)s.Integer));
            return s.SetBinary(room);
        });
        table.Register("wt6", static a =>
        {
            bool avalanche = a.Integer(0) != 0;
            return (_, ref s) =>
            {
                uint value = Hash32.Compute(HashFunction.Wt6, s.Bytes);
                return s.Set((long)(avalanche ? Hash32.Avalanche(value) : value));
            };
        });
        table.Register("xxh3", static a =>
        {
            long seed = a.Integer(0);
            return (_, ref s) => s.Set(unchecked((long)XxHash3.HashToUInt64(s.Bytes, seed)));
        });
        table.Register("hmac", Mac);
        table.Register("aes_gcm_dec", Decrypt);
    }

    private static SampleStep Chunks(StepArguments a, bool isDecimal)
    {
        byte[] separator = a.Bytes(0);
        int size = (int)a.Integer(1);
        bool isCut = a.Integer(2) != 0;
        return (c, ref s) =>
        {
            ReadOnlySpan<byte> bytes = s.Bytes;
            int step = size > 0 ? size : Math.Max(1, bytes.Length);
            int count = isCut ? bytes.Length / step : (bytes.Length + step - 1) / step;
            if (!c.Scratch.TryTake(
                (count * ((isDecimal ? DecimalMax : 0) + separator.Length)) + (bytes.Length * 2), out Span<byte> room))
            {
                return false;
            }
            int length = 0;
            for (int i = 0; i < count; i++)
            {
                if (i > 0)
                {
                    separator.CopyTo(room[length..]);
                    length += separator.Length;
                }
                ReadOnlySpan<byte> chunk = bytes.Slice(i * step, Math.Min(step, bytes.Length - (i * step)));
                length += isDecimal ? Decimal(chunk, room[length..]) : Hex(chunk, room[length..]);
            }
            return s.SetText(room[..length]);
        };
    }

    private static int Decimal(ReadOnlySpan<byte> chunk, Span<byte> into)
    {
        ulong value = 0;
        foreach (byte b in chunk)
        {
            value = unchecked((value << 8) | b);
        }
        _ = Utf8Formatter.TryFormat(value, into, out int length);
        return length;
    }

    private static int Hex(ReadOnlySpan<byte> chunk, Span<byte> into)
    {
        _ = Convert.TryToHexString(chunk, into, out int length);
        return length;
    }

    private static SampleStep Mac(StepArguments a)
    {
        MacFunction function = a.Text(0).ToUpperInvariant() switch
        {
            "MD5" => HMACMD5.HashData,
            "SHA1" => HMACSHA1.HashData,
            "SHA384" => HMACSHA384.HashData,
            "SHA512" => HMACSHA512.HashData,
            _ => HMACSHA256.HashData,
        };
        SampleStep key = KeyOf(a, 1);
        return (c, ref s) =>
        {
            var secret = new Sample();
            if (!key(c, ref secret) || !c.Scratch.TryTake(MacMax, out Span<byte> room))
            {
                return false;
            }
            int length = function(secret.Bytes, s.Bytes, room);
            return s.SetBinary(room[..length]);
        };
    }

    private static SampleStep Decrypt(StepArguments a)
    {
        int size = (int)a.Integer(0) / 8;
        SampleStep nonce = KeyOf(a, 1), key = KeyOf(a, 2), tag = KeyOf(a, 3);
        return (c, ref s) =>
        {
            var with = new Sample();
            var by = new Sample();
            var proof = new Sample();
            if (!nonce(c, ref with) || !key(c, ref by) || !tag(c, ref proof) || by.Bytes.Length != size
                || with.Bytes.Length != AesGcm.NonceByteSizes.MaxSize || proof.Bytes.Length != TagSize
                || !c.Scratch.TryTake(s.Bytes.Length, out Span<byte> room))
            {
                return false;
            }
            return TryDecrypt(by.Bytes, with.Bytes, proof.Bytes, s.Bytes, room) && s.SetBinary(room);
        };
    }

    private static bool TryDecrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> tag,
        ReadOnlySpan<byte> from, Span<byte> into)
    {
        using var cipher = new AesGcm(key, TagSize);
        try
        {
            cipher.Decrypt(nonce, from, tag, into);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Bytes in base64, or a variable that has them.</summary>
    private static SampleStep KeyOf(StepArguments a, int index)
    {
        string text = a.Text(index);
        if (!IsVariable(text))
        {
            byte[] bytes = new byte[text.Length];
            byte[] known = Convert.TryFromBase64String(text, bytes, out int length) ? bytes[..length] : [];
            return (_, ref s) => s.SetBinary(known);
        }
        VariableTable variables = a.Environment.Variables;
        Variable variable = variables.Of(text);
        return (c, ref s) => variables.TryRead(variable, c, ref s) && Casts.TryText(c, ref s)
            && c.Scratch.TryTake(Base64.GetMaxDecodedFromUtf8Length(s.Bytes.Length), out Span<byte> room)
            && Base64.DecodeFromUtf8(s.Bytes, room, out _, out int length) == System.Buffers.OperationStatus.Done
            && s.SetBinary(room[..length]);
    }

    /// <summary>Text, or a variable that has it.</summary>
    internal static SampleStep TextOf(StepArguments a, int index)
    {
        if (!IsVariable(a.Text(index)))
        {
            byte[] bytes = a.Bytes(index);
            return (_, ref s) => s.SetText(bytes);
        }
        VariableTable variables = a.Environment.Variables;
        Variable variable = variables.Of(a.Text(index));
        return (c, ref s) => variables.TryRead(variable, c, ref s) && Casts.TryText(c, ref s);
    }

    /// <summary>Whether an argument names a variable, by its scope.</summary>
    internal static bool IsVariable(string text)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && text[..dot] is "proc" or "sess" or "txn" or "req" or "res" or "check";
    }
}
